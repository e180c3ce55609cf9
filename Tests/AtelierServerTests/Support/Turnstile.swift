/// Lets only so many tests work at once.
///
/// The tests of a run start all together. Hundreds of them, each a few steps further in turn, would have
/// their requests time out while they wait for each other.
actor Turnstile {
  /// That of the tests of services.
  static let services = Turnstile(count: 8)

  /// Whether the test is in already: what it begins meanwhile is part of it.
  @TaskLocal private static var isIn = false

  private var free: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(count: Int) {
    free = count
  }

  /// Runs something when it is its turn.
  nonisolated func pass<Value: Sendable>(
    _ body: @Sendable () async throws -> Value
  ) async throws -> Value {
    guard !Self.isIn else { return try await body() }
    await enter()
    let result: Result<Value, any Error>
    do {
      result = .success(try await Self.$isIn.withValue(true, operation: body))
    } catch {
      result = .failure(error)
    }
    await leave()
    return try result.get()
  }

  private func enter() async {
    guard free == 0 else {
      free -= 1
      return
    }
    await withCheckedContinuation { waiting.append($0) }
  }

  private func leave() {
    guard !waiting.isEmpty else {
      free += 1
      return
    }
    waiting.removeFirst().resume()
  }
}
