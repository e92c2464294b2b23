/** Threads that share the jobs of one call. Several calls may run at once; each one's caller works, too, so that none waits for another. */
#ifndef CONGRUENT_WORKER_POOL_H_
#define CONGRUENT_WORKER_POOL_H_

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace congruent {

class WorkerPool {
 public:
  /** The pool of this process. Its threads live as long as the process. */
  static WorkerPool& Get() {
    static WorkerPool* pool = new WorkerPool();
    return *pool;
  }

  /** `job(0)` to `job(jobs - 1)`, each once, by at most so many threads; returns when all are done. */
  void Run(long jobs, int threads, const std::function<void(long)>& job) {
    if (threads <= 1 || jobs <= 1) {
      for (long i = 0; i < jobs; ++i) job(i);
      return;
    }
    auto call = std::make_shared<Call>(jobs, &job);
    const int helpers = static_cast<int>(std::min<long>(threads, jobs)) - 1;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      for (; threads_ < helpers; ++threads_) std::thread([this] { Work(); }).detach();
      for (int i = 0; i < helpers; ++i) calls_.push_back(call);
    }
    wake_.notify_all();
    call->Help();
    call->Wait();
  }

 private:
  struct Call {
    Call(long count, const std::function<void(long)>* f) : jobs(count), job(f) {}

    void Help() {
      for (long i = next.fetch_add(1); i < jobs; i = next.fetch_add(1)) {
        (*job)(i);
        if (done.fetch_add(1) + 1 == jobs) {
          const std::lock_guard<std::mutex> lock(mutex);
          finished.notify_all();
        }
      }
    }

    void Wait() {
      std::unique_lock<std::mutex> lock(mutex);
      finished.wait(lock, [this] { return done.load() == jobs; });
    }

    const long jobs;
    /** Valid until the last job is done; nobody begins one after that. */
    const std::function<void(long)>* job;
    std::atomic<long> next{0}, done{0};
    std::mutex mutex;
    std::condition_variable finished;
  };

  void Work() {
    for (;;) {
      std::shared_ptr<Call> call;
      {
        std::unique_lock<std::mutex> lock(mutex_);
        wake_.wait(lock, [this] { return !calls_.empty(); });
        call = calls_.front();
        calls_.pop_front();
      }
      call->Help();
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::shared_ptr<Call>> calls_;
  int threads_ = 0;
};

}  // namespace congruent

#endif  // CONGRUENT_WORKER_POOL_H_
