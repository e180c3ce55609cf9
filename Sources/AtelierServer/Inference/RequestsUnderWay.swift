import Synchronization

/// Counts requests between two points of their way.
final class RequestsUnderWay: Sendable {
  private let requests = Atomic(0)

  /// How many there are.
  var count: Int { requests.load(ordering: .relaxed) }

  func begin() { requests.add(1, ordering: .relaxed) }
  func end() { requests.subtract(1, ordering: .relaxed) }
}
