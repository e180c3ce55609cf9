import Synchronization

/// A few connections to PostgreSQL, each with a thread of its own, that share the work.
///
/// A connection is made when it is needed, and again after it broke, with growing pauses while the
/// server is away; what is asked for in such a pause fails at once. Statements that wait together travel
/// together: they are sent in one go, and their answers read in one go (libpq's pipeline mode).
public final class PostgresPool: Sendable {
  /// Where the server is.
  public let address: PostgresAddress

  private let queue: PostgresWorkQueue

  /// Creates connections, which are made when they are first needed.
  ///
  /// - Parameters:
  ///   - address: The server.
  ///   - size: The most connections.
  ///   - waitingLimit: Statements and transactions that may wait for a connection.
  public init(_ address: PostgresAddress, size: Int = 8, waitingLimit: Int = 10_000) {
    self.address = address
    queue = PostgresWorkQueue(workers: size, limit: waitingLimit)
    let reconnection = Reconnection(address)
    for number in 1...size {
      PostgresWorker(queue: queue, reconnection: reconnection).start(number: number)
    }
  }

  deinit {
    // A program that ends next would take the libraries of TLS and Kerberos from under threads that still end
    // their connections.
    queue.closeAndWait()
  }

  /// Runs a statement, a transaction of its own. It has to be one that may be done twice: when the
  /// connection breaks while it is under way, it is sent once more.
  ///
  /// - Throws: ``PostgresError``; after ``PostgresError/unreachable(reason:)``, it may have been done.
  @discardableResult
  public func query(
    _ statement: PostgresStatement
  ) async throws(PostgresError) -> PostgresRows {
    let result = await withCheckedContinuation { continuation in
      queue.append(.statement(statement) { continuation.resume(returning: $0) })
    }
    return try result.get()
  }

  /// Runs a statement, a transaction of its own, that may be done twice.
  @discardableResult
  public func query(
    _ sql: String, _ values: [String?] = []
  ) async throws(PostgresError) -> PostgresRows {
    try await query(PostgresStatement(sql, values))
  }

  /// Runs a transaction on a thread of the pool. It is undone when its body throws.
  ///
  /// - Parameters:
  ///   - mode: What `BEGIN` says of it, such as `READ ONLY`.
  ///   - body: What it does; it may wait for answers.
  /// - Throws: ``PostgresError``; after ``PostgresError/unreachable(reason:)``, it may have been done.
  public func transaction<Value: Sendable>(
    _ mode: String = "",
    _ body: @escaping @Sendable (PostgresConnection) throws(PostgresError) -> Value
  ) async throws(PostgresError) -> Value {
    let result = await withCheckedContinuation { continuation in
      append(mode, body) { continuation.resume(returning: $0) }
    }
    return try result.get()
  }

  /// Runs a transaction, for which the calling thread waits: never call it from an event loop.
  ///
  /// - Throws: ``PostgresError``, as ``transaction(_:_:)`` does.
  public func blockingTransaction<Value: Sendable>(
    _ mode: String = "",
    _ body: @escaping @Sendable (PostgresConnection) throws(PostgresError) -> Value
  ) throws(PostgresError) -> Value {
    let outcome = Outcome<Value>()
    append(mode, body) { outcome.set($0) }
    return try outcome.wait().get()
  }

  /// Does what waits, then ends the connections; what is asked for later fails.
  public func close() async {
    await withCheckedContinuation { continuation in
      queue.close { continuation.resume() }
    }
  }

  private func append<Value: Sendable>(
    _ mode: String,
    _ body: @escaping @Sendable (PostgresConnection) throws(PostgresError) -> Value,
    _ end: @escaping @Sendable (Result<Value, PostgresError>) -> Void
  ) {
    let value = Mutex<Value?>(nil)
    queue.append(
      .transaction { connection throws(PostgresError) in
        let result = try connection.transaction(mode, body)
        value.withLock { $0 = result }
      } end: { error in
        guard let error else {
          return end(value.withLock(\.self).map { .success($0) } ?? .failure(.closed))
        }
        end(.failure(error))
      })
  }
}
