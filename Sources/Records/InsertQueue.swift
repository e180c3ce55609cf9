/// A record that waits for its transaction, and who is told what became of it.
struct WaitingInsert: Sendable {
  let insert: PredictionInsert
  let completion: PredictionStore.Completion
}

/// The records that wait for the next transaction.
struct InsertQueue: Sendable {
  /// What the caller of ``append(_:followers:limit:)`` has to do.
  enum Action {
    /// Nothing: a writer is at work and will come to it.
    case wait
    /// Start a writer.
    case write
    /// Tell the writer, which waits for company, that it has it.
    case go
    /// Give up.
    case refuse(RecordsError)
  }

  var isClosed = false
  private var waiting: [WaitingInsert] = []
  private var isWriting = false
  private var isGathering = false
  /// Records that were about to come when the last one came.
  private var followers = 0

  /// Whether a group is large enough to be written: as many wait as are about to come, so that one half
  /// is prepared while the other is written.
  private var isComplete: Bool { waiting.count >= followers || isClosed }

  /// Whether nothing waits, and no writer is at work.
  var isIdle: Bool { !isWriting }

  mutating func append(_ insert: WaitingInsert, followers: Int = 0, limit: Int) -> Action {
    if isClosed { return .refuse(.closed) }
    if waiting.count >= limit { return .refuse(.overloaded) }
    waiting.append(insert)
    self.followers = followers
    if !isWriting {
      isWriting = true
      return .write
    }
    guard isGathering, isComplete else { return .wait }
    isGathering = false
    return .go
  }

  /// Begins to wait for company, unless the group is complete.
  ///
  /// - Returns: Whether the writer has to wait.
  mutating func startGathering() -> Bool {
    isGathering = !isComplete
    return isGathering
  }

  /// Gives up waiting for company.
  ///
  /// - Returns: Whether nobody has been told to end it meanwhile.
  mutating func stopGathering() -> Bool {
    defer { isGathering = false }
    return isGathering
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
