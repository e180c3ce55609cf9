import Foundation
import Synchronization
import Testing

@testable import PostgreSQL

@Suite struct PostgresWorkQueueTests {
  @Test func waitsForItsWorkersWhenItIsClosed() {
    let queue = PostgresWorkQueue(workers: 2, limit: 10)
    let ended = Atomic(0)
    // Deaf to the end until both are told, as workers that end their connections are.
    let told = DispatchSemaphore(value: 0)
    for _ in 0..<2 {
      Thread {
        queue.workerStarted()
        while queue.next() != nil {}
        told.wait()
        ended.add(1, ordering: .sequentiallyConsistent)
        queue.workerEnded()
      }.start()
    }
    Thread { for _ in 0..<2 { told.signal() } }.start()
    queue.closeAndWait()
    #expect(ended.load(ordering: .sequentiallyConsistent) == 2)
  }

  /// As when the last reference to a pool is dropped by what one of its threads did.
  @Test func aWorkerDoesNotWaitForItself() {
    let queue = PostgresWorkQueue(workers: 1, limit: 10)
    let end = DispatchSemaphore(value: 0)
    Thread {
      queue.workerStarted()
      queue.closeAndWait()
      queue.workerEnded()
      end.signal()
    }.start()
    #expect(end.wait(timeout: .now() + 60) == .success)
  }
}
