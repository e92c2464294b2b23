"""Runs a program on a terminal of its own, and presses Ctrl-C there once: WORD COMMAND...

The terminal sends the signal to every process of its foreground group, as at a person's desk. It is pressed when the program has printed WORD.
Prints what the program prints, and ends with its exit code.
"""

import os
import pty
import sys

word, command = sys.argv[1].encode(), sys.argv[2:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(command[0], command)

heard = b""
pressed = False
while True:
    try:
        text = os.read(terminal, 65536)
    except OSError:  # The terminal's last program has ended.
        break
    if not text:
        break
    heard += text
    if not pressed and word in heard:
        pressed = True
        os.write(terminal, b"\x03")
_, status = os.waitpid(pid, 0)
sys.stdout.buffer.write(heard)
sys.exit(os.waitstatus_to_exitcode(status) % 256)
