/// A record that waits for its transaction, and who waits for the record.
struct WaitingInsert: Sendable {
  let insert: PredictionInsert
  let continuation: CheckedContinuation<Result<Void, RecordsError>, Never>
}

/// The records that wait for the next transaction.
struct InsertQueue: Sendable {
  /// What the caller of ``append(_:limit:)`` has to do.
  enum Action {
    /// Nothing: a writer is at work and will come to it.
    case wait
    /// Start a writer.
    case write
    /// Give up.
    case refuse(RecordsError)
  }

  var isClosed = false
  private var waiting: [WaitingInsert] = []
  private var isWriting = false

  mutating func append(_ insert: WaitingInsert, limit: Int) -> Action {
    if isClosed { return .refuse(.closed) }
    if waiting.count >= limit { return .refuse(.overloaded) }
    waiting.append(insert)
    if isWriting { return .wait }
    isWriting = true
    return .write
  }

  /// Takes the next group.
  mutating func next(limit: Int) -> [WaitingInsert] {
    if waiting.count <= limit {
      defer { waiting = [] }
      return waiting
    }
    defer { waiting.removeFirst(limit) }
    return Array(waiting.prefix(limit))
  }

  /// Whether the writer has to go on; when there is nothing to write, it is done.
  mutating func goesOn() -> Bool {
    isWriting = !waiting.isEmpty
    return isWriting
  }
}
