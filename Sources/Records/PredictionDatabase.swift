public import Foundation

/// A store of predictions, with what those need who look after it.
public protocol PredictionDatabase: PredictionStore {
  /// How many predictions were made before a time.
  func count(before date: Date) async throws(RecordsError) -> Int

  /// Removes the predictions that were made before a time, with their pictures; the counts follow.
  ///
  /// A server that uses the database goes on storing predictions meanwhile. When the task is cancelled,
  /// what was removed so far stays removed.
  ///
  /// - Parameter onProgress: Told how many predictions were removed so far.
  /// - Returns: How many were removed.
  func removePredictions(
    before date: Date, onProgress: (Int) -> Void
  ) async throws(RecordsError) -> Int

  /// Writes a copy of the database as it is at this moment, while others go on using it.
  ///
  /// - Parameter file: The copy; there must not be such a file yet.
  /// - Throws: ``RecordsError/cannotBackUp(path:reason:)``; `CancellationError` when the task is
  ///   cancelled.
  func backUp(to file: URL) async throws
}

extension PredictionDatabase {
  /// Removes the predictions that were made before a time, and tells nobody of its progress.
  public func removePredictions(before date: Date) async throws(RecordsError) -> Int {
    try await removePredictions(before: date) { _ in }
  }

  /// Removes predictions a few at a time until there are no more or the task is cancelled, and leaves the
  /// database to others for as long as each turn took.
  ///
  /// - Parameters:
  ///   - limit: How many go in a turn, at most.
  ///   - before: How many were removed already.
  ///   - onProgress: Told how many were removed so far.
  ///   - removeSome: Removes those of a turn; returns how many there were.
  /// - Returns: How many were removed, with those before.
  func removeInTurns(
    of limit: Int, after before: Int = 0, onProgress: (Int) -> Void,
    _ removeSome: () async throws(RecordsError) -> Int
  ) async throws(RecordsError) -> Int {
    var removed = before
    while !Task.isCancelled {
      let start = ContinuousClock.now
      let count = try await removeSome()
      removed += count
      onProgress(removed)
      if count < limit { break }
      try? await Task.sleep(for: .now - start)
    }
    return removed
  }
}
