/**
 * Replaces tfjs-node's header of the same name when the addon is compiled.
 *
 * A tensor made from a typed array shares the array's memory: TensorFlow holds a reference to the array, and gives it
 * back when the tensor's last user is gone. That user is often one of TensorFlow's own threads (the first update of a
 * variable that was initialized from an array), and tfjs-node then calls Node-API from there, which only JavaScript's
 * thread may do: several threads at once damage Node's list of references, and the process dies (SIGSEGV). Here such a
 * reference waits until JavaScript's thread comes by again.
 */
#ifndef TF_NODEJS_NAPI_AUTO_REF_H_
#define TF_NODEJS_NAPI_AUTO_REF_H_

#include <node_api.h>

#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tfnodejs {

/** The references of one JavaScript environment; only its own thread creates and deletes them. */
class ReferenceOwner {
 public:
  /** To be called on the environment's thread. */
  static std::shared_ptr<ReferenceOwner> Of(napi_env env) {
    const std::lock_guard<std::mutex> lock(OwnersMutex());
    std::shared_ptr<ReferenceOwner>& owner = Owners()[env];
    if (owner == nullptr) {
      owner = std::make_shared<ReferenceOwner>(env);
      napi_add_env_cleanup_hook(env, End, env);
    }
    return owner;
  }

  explicit ReferenceOwner(napi_env env)
      : env_(env), thread_(std::this_thread::get_id()) {}

  /** To be called on the environment's thread: also deletes what other threads gave back since the last call. */
  napi_status Create(napi_value value, napi_ref* ref) {
    const napi_status status = DeleteReleased();
    return status == napi_ok ? napi_create_reference(env_, value, 1, ref) : status;
  }

  /** To be called on any thread. A reference that outlives its environment was deleted with it. */
  napi_status Release(napi_ref ref) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (ended_) return napi_ok;
      released_.push_back(ref);
    }
    return std::this_thread::get_id() == thread_ ? DeleteReleased() : napi_ok;
  }

 private:
  napi_status DeleteReleased() {
    std::vector<napi_ref> refs;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      refs.swap(released_);
    }
    napi_status status = napi_ok;
    for (napi_ref ref : refs) {
      const napi_status deleted = napi_delete_reference(env_, ref);
      if (deleted != napi_ok) status = deleted;
    }
    return status;
  }

  static void End(void* env) {
    const std::lock_guard<std::mutex> lock(OwnersMutex());
    const auto found = Owners().find(static_cast<napi_env>(env));
    if (found == Owners().end()) return;
    const std::shared_ptr<ReferenceOwner> owner = found->second;
    Owners().erase(found);
    owner->DeleteReleased();
    const std::lock_guard<std::mutex> own(owner->mutex_);
    owner->ended_ = true;
  }

  // Never destroyed: TensorFlow's threads may still free tensors while the process ends.
  static std::unordered_map<napi_env, std::shared_ptr<ReferenceOwner>>& Owners() {
    static auto* owners = new std::unordered_map<napi_env, std::shared_ptr<ReferenceOwner>>();
    return *owners;
  }

  static std::mutex& OwnersMutex() {
    static auto* mutex = new std::mutex();
    return *mutex;
  }

  const napi_env env_;
  const std::thread::id thread_;
  std::mutex mutex_;
  std::vector<napi_ref> released_;
  bool ended_ = false;
};

/** One reference, as tfjs_backend.cc uses it: Init on JavaScript's thread, Cleanup on any. */
class NapiAutoRef {
 public:
  napi_status Init(napi_env env, napi_value value) {
    owner_ = ReferenceOwner::Of(env);
    return owner_->Create(value, &ref_);
  }

  napi_status Cleanup() {
    if (owner_ == nullptr || ref_ == nullptr) return napi_invalid_arg;
    return std::exchange(owner_, nullptr)->Release(std::exchange(ref_, nullptr));
  }

 private:
  std::shared_ptr<ReferenceOwner> owner_;
  napi_ref ref_ = nullptr;
};

}  // namespace tfnodejs

#endif  // TF_NODEJS_NAPI_AUTO_REF_H_
