public import Foundation

/// Where predictions are kept.
public protocol PredictionStore: Sendable {
  /// Told what became of a record.
  typealias Completion = @Sendable (Result<Void, RecordsError>) -> Void

  /// Stores a record, and with it the picture that the model saw.
  ///
  /// Records that arrive together may share a transaction. The call returns only after the record's
  /// transaction is committed: from then on the record survives the death of the process.
  ///
  /// - Parameters:
  ///   - record: The record.
  ///   - picture: The 784 grey levels of 28x28 pixels, 0 black, 255 white, row by row; `nil` keeps
  ///     none.
  /// - Throws: ``RecordsError`` when the record is not stored.
  func insert(_ record: PredictionRecord, picture: [UInt8]?) async throws(RecordsError)

  /// Stores a record, as ``insert(_:picture:)`` does, and returns at once.
  ///
  /// - Parameters:
  ///   - insert: The record and its picture.
  ///   - followers: About how many records of others are going to come within milliseconds. The store
  ///     may wait a moment for some of them, so that they share its transaction.
  ///   - completion: Told after the commit, or why the record is not stored: on a thread of the
  ///     database, which goes on when it returns.
  func insert(
    _ insert: PredictionInsert, followers: Int, completion: @escaping Completion)

  /// Stores records that were made together, in one transaction where the database can.
  ///
  /// The call returns only after the commit.
  ///
  /// - Returns: For each record, in their order, whether it is stored.
  func insert(_ group: [PredictionInsert]) async -> [Result<Void, RecordsError>]

  /// The record with an identity, or `nil`.
  func record(id: String) async throws(RecordsError) -> PredictionRecord?

  /// The picture of a record; `nil` when there is no such record, or none was kept with it.
  func picture(id: String) async throws(RecordsError) -> [UInt8]?

  /// The newest records that a filter lets through.
  ///
  /// - Parameters:
  ///   - filter: What is asked for.
  ///   - cursor: Where to go on; `nil` starts with the newest.
  ///   - limit: The most records to read, at least one.
  func page(
    matching filter: PredictionFilter, after cursor: PredictionCursor?, limit: Int
  ) async throws(RecordsError) -> PredictionPage

  /// Notes the true class of a prediction, or with `nil` that it is not known.
  ///
  /// - Returns: The record as it is then; `nil` when there is none of this identity.
  func setLabel(
    _ label: String?, id: String
  ) async throws(RecordsError) -> PredictionRecord?

  /// How many predictions there are.
  func counts() async throws(RecordsError) -> PredictionCounts

  /// The predictions since a time, counted by what monitoring asks for.
  ///
  /// - Parameters:
  ///   - date: The time; the whole of its minute or hour is counted.
  ///   - span: How finely. Minutes are exact for short times, hours are quick for long ones.
  func tallies(
    since date: Date, by span: TallySpan
  ) async throws(RecordsError) -> PredictionTallies

  /// Checks that records can be read and written.
  func ping() async throws(RecordsError)

  /// Stores what is waiting, then closes the database; later calls throw ``RecordsError/closed``.
  func close() async throws(RecordsError)
}

extension PredictionStore {
  /// Stores a record without a picture.
  public func insert(_ record: PredictionRecord) async throws(RecordsError) {
    try await insert(record, picture: nil)
  }

  /// Stores a record in a task of its own, and waits for nobody.
  public func insert(
    _ insert: PredictionInsert, followers: Int, completion: @escaping Completion
  ) {
    Task {
      do throws(RecordsError) {
        try await self.insert(insert.record, picture: insert.picture)
        completion(.success(()))
      } catch {
        completion(.failure(error))
      }
    }
  }

  /// Stores records that were made together, each as if it were alone.
  public func insert(_ group: [PredictionInsert]) async -> [Result<Void, RecordsError>] {
    await withTaskGroup(of: (Int, Result<Void, RecordsError>).self) { tasks in
      for (place, insert) in group.enumerated() {
        tasks.addTask {
          do throws(RecordsError) {
            try await self.insert(insert.record, picture: insert.picture)
            return (place, .success(()))
          } catch {
            return (place, .failure(error))
          }
        }
      }
      return await tasks.reduce(into: group.map { _ in .success(()) }) { $0[$1.0] = $1.1 }
    }
  }
}
