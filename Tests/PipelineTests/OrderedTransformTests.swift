import Pipeline
import Synchronization
import Testing

@Suite struct OrderedTransformTests {
  /// Counts the values that are under way.
  private final class Load: Sendable {
    private let state = Mutex((now: 0, most: 0))

    var most: Int { state.withLock(\.most) }

    func begin() {
      state.withLock { state in
        state.now += 1
        state.most = max(state.most, state.now)
      }
    }

    func end() { state.withLock { $0.now -= 1 } }
  }

  @Test(arguments: [(1, Int.max, 1), (4, Int.max, 4), (8, 3, 3)])
  func resultsComeInOrderAndFewAreUnderWay(
    count: Int, weight: Int, most: Int
  ) async throws {
    let load = Load()
    let transform = OrderedTransform<Int, Int>(countLimit: count, weightLimit: weight) { value in
      load.begin()
      // Those that come first take longest.
      for _ in 0..<(value % 7 == 0 ? 200 : 1) { await Task.yield() }
      load.end()
      return value * value
    }
    var numbers = (0..<100).makeIterator()
    var results: [Int] = []
    try await transform.run {
      numbers.next().map { ($0, 1) }
    } emit: {
      results.append($0)
    }
    #expect(results == (0..<100).map { $0 * $0 })
    #expect(load.most <= most)
  }

  @Test func whatIsEmittedMayEndIt() async {
    struct Enough: Error {}
    let transform = OrderedTransform<Int, Int>(countLimit: 3) { $0 }
    var begun = 0
    await #expect(throws: Enough.self) {
      try await transform.run {
        begun += 1
        return (begun, 1)
      } emit: {
        if $0 == 5 { throw Enough() }
      }
    }
    #expect(begun <= 8)
  }
}
