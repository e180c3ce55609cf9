import Foundation
import OpenInference

extension ModelStatistics {
  /// Counts a picture that was classified.
  mutating func add(_ outcome: PredictionOutcome) {
    lastInference = Int(Date().timeIntervalSince1970 * 1_000)
    inferenceCount += 1
    let inputTime = outcome.decodingTime + outcome.preprocessingTime
    success.add(outcome.inferenceStart - outcome.arrival + outcome.inferenceTime)
    queue.add(outcome.queueTime)
    input.add(inputTime)
    inference.add(outcome.inferenceTime)
  }

  /// Counts what others counted.
  mutating func add(_ other: ModelStatistics) {
    lastInference = max(lastInference, other.lastInference)
    inferenceCount += other.inferenceCount
    success += other.success
    queue += other.queue
    input += other.input
    inference += other.inference
  }
}

extension ModelStatistics.Times {
  fileprivate static func += (sum: inout Self, other: Self) {
    sum.count += other.count
    sum.nanoseconds += other.nanoseconds
  }
}
