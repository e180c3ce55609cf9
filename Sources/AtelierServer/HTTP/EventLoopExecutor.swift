import NIOCore

/// Runs the code of tasks on an event loop.
///
/// What a task does between two waits for its connection then needs no thread to be woken: the loop
/// goes on with it as soon as it has read the bytes, and writes what it answers at once. Only code that
/// never waits and takes microseconds belongs there; see ``Endpoint/Place``.
final class EventLoopExecutor: TaskExecutor {
  private let eventLoop: any EventLoop

  init(_ eventLoop: any EventLoop) {
    self.eventLoop = eventLoop
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    // The task that prefers this executor keeps it.
    let executor = asUnownedTaskExecutor()
    eventLoop.execute { job.runSynchronously(on: executor) }
  }
}
