/// Transforms values several at a time, and hands the results on in the order of the values.
public struct OrderedTransform<Input: Sendable, Output: Sendable>: Sendable {
  /// Values under way, and results that wait for those before them.
  private let countLimit: Int
  /// The weights of the values under way, beyond which no other is begun.
  private let weightLimit: Int
  private let transform: @Sendable (Input) async -> Output

  /// - Parameters:
  ///   - countLimit: The most values under way.
  ///   - weightLimit: The weight of the values under way that is enough; a value that is heavier alone
  ///     still has its turn.
  ///   - transform: Makes a result of a value.
  public init(
    countLimit: Int, weightLimit: Int = .max, transform: @escaping @Sendable (Input) async -> Output
  ) {
    self.countLimit = countLimit
    self.weightLimit = weightLimit
    self.transform = transform
  }

  /// Transforms all values.
  ///
  /// - Parameters:
  ///   - next: Gives the next value and its weight; `nil` after the last.
  ///   - emit: Takes the next result.
  /// - Throws: What `next` and `emit` throw, after what was under way has been cancelled.
  public func run(
    _ next: () async throws -> (value: Input, weight: Int)?, emit: (Output) async throws -> Void
  ) async throws {
    try await withThrowingTaskGroup(of: (index: Int, weight: Int, output: Output).self) { group in
      var (begun, emitted, weightUnderWay) = (0, 0, 0)
      var isExhausted = false
      var early: [Int: Output] = [:]
      while true {
        while !isExhausted, begun - emitted < countLimit, weightUnderWay < weightLimit {
          guard let (value, weight) = try await next() else {
            isExhausted = true
            break
          }
          group.addTask { [transform, begun] in (begun, weight, await transform(value)) }
          begun += 1
          weightUnderWay += weight
        }
        guard let (index, weight, output) = try await group.next() else { return }
        weightUnderWay -= weight
        early[index] = output
        while let output = early.removeValue(forKey: emitted) {
          try await emit(output)
          emitted += 1
        }
      }
    }
  }
}
