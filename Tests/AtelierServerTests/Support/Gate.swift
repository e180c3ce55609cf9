import Dispatch

/// Holds threads until the test lets them through.
final class Gate: Sendable {
  private let arrivals = DispatchSemaphore(value: 0)
  private let permits = DispatchSemaphore(value: 0)

  /// Called by a worker: says that it is here, and waits to be let through.
  func pass() {
    arrivals.signal()
    permits.wait()
  }

  /// Waits until a worker stands at the gate.
  func waitForArrival() async {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        self.arrivals.wait()
        continuation.resume()
      }
    }
  }

  /// Lets workers through.
  func open(for count: Int = 1) {
    for _ in 0..<count { permits.signal() }
  }
}
