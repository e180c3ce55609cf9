import CPostgreSQL
import Glibc

/// One connection to PostgreSQL. Its calls block; it belongs to one thread at a time.
public final class PostgresConnection {
  /// How long the server may stay silent over a statement before it is given up; `nil` for ever.
  public var timeLimit: Duration? = .seconds(30)

  /// How many transactions were begun: whether the last one was tells if it may be tried again.
  private(set) var transactionCount = 0

  private let pointer: OpaquePointer
  /// The names of the statements that were prepared, by their text.
  private var prepared: [String: String] = [:]
  private var preparedCount = 0

  /// Statements that are kept prepared. Others, of a text that is put together, are not.
  private static let preparedLimit = 200

  /// What every connection does first: the server gives up before ``timeLimit`` does, and writes times
  /// in one way.
  private static let setUp = """
    SET TimeZone = 'UTC'; SET DateStyle = 'ISO'; SET statement_timeout = '20s';
    SET lock_timeout = '5s'; SET idle_in_transaction_session_timeout = '60s';
    SET standard_conforming_strings = on
    """

  /// Connects.
  ///
  /// - Throws: ``PostgresError/unreachable(reason:)``, which does not show the password.
  public init(_ address: PostgresAddress) throws(PostgresError) {
    let parameters = Array(address.parameters)
    let texts = parameters.flatMap { [strdup($0.key), strdup($0.value)] }
    defer { for text in texts { free(text) } }
    func column(_ first: Int) -> [UnsafePointer<CChar>?] {
      stride(from: first, to: texts.count, by: 2).map { texts[$0].map { UnsafePointer($0) } } + [
        nil
      ]
    }
    guard let pointer = PQconnectdbParams(column(0), column(1), 0) else {
      throw .unreachable(reason: "out of memory")
    }
    self.pointer = pointer
    guard PQstatus(pointer) == CONNECTION_OK else { throw failure }
    // Notices, such as that a table is there already, are nobody's business.
    PQsetNoticeProcessor(pointer, { _, _ in }, nil)
    try execute(script: Self.setUp)
    guard PQsetnonblocking(pointer, 1) == 0 else { throw failure }
  }

  deinit { PQfinish(pointer) }

  /// Whether the connection has ended.
  var isBroken: Bool { PQstatus(pointer) != CONNECTION_OK }

  private var failure: PostgresError {
    let text = String(cString: PQerrorMessage(pointer))
    return .unreachable(
      reason: text.isEmpty ? "the connection ended" : text.replacing("\n", with: " ").trimmed)
  }

  /// Runs statements without values, separated by semicolons.
  ///
  /// - Throws: ``PostgresError`` of the first that fails.
  public func execute(script: String) throws(PostgresError) {
    guard PQsendQuery(pointer, script) == 1 else { throw failure }
    var outcome: PostgresError?
    while let result = try nextResult() {
      defer { PQclear(result) }
      if let error = Self.error(of: result) { outcome = outcome ?? error }
    }
    if isBroken { throw failure }
    if let outcome { throw outcome }
  }

  /// Runs a statement.
  @discardableResult
  public func query(
    _ sql: String, _ values: [String?] = []
  ) throws(PostgresError) -> PostgresRows {
    let results = try pipeline([PostgresStatement(sql, values)])
    guard let result = results.first else { throw .unexpected(reason: "there is no answer") }
    return try result.get()
  }

  /// Runs statements that do not depend on each other, all sent before the first answer is awaited. Each
  /// is a transaction of its own, unless one is open.
  ///
  /// - Returns: What became of each. When the connection ends, the results of those that were answered
  ///   before; the others have no result, and may have been done or not.
  func answered(_ statements: [PostgresStatement]) -> (
    results: [Result<PostgresRows, PostgresError>], failure: PostgresError?
  ) {
    var results: [Result<PostgresRows, PostgresError>] = []
    results.reserveCapacity(statements.count)
    do throws(PostgresError) {
      guard PQenterPipelineMode(pointer) == 1 else { throw failure }
      let new = try statements.map { statement throws(PostgresError) in try send(statement) }
      for (statement, name) in zip(statements, new) {
        results.append(try receive(statement, preparedAs: name))
      }
      guard PQexitPipelineMode(pointer) == 1 else { throw failure }
      return (results, nil)
    } catch {
      return (results, error)
    }
  }

  /// Runs statements that do not depend on each other, all sent before the first answer is awaited. Each
  /// is a transaction of its own, unless one is open.
  ///
  /// - Returns: What became of each.
  /// - Throws: ``PostgresError/unreachable(reason:)`` when the connection ends.
  public func pipeline(
    _ statements: [PostgresStatement]
  ) throws(PostgresError) -> [Result<PostgresRows, PostgresError>] {
    let (results, failure) = answered(statements)
    if let failure { throw failure }
    return results
  }

  /// Runs a transaction, which is undone when its body throws.
  ///
  /// - Parameter mode: What `BEGIN` says of it.
  public func transaction<Value>(
    _ mode: String = "", _ body: (PostgresConnection) throws(PostgresError) -> Value
  ) throws(PostgresError) -> Value {
    try query("BEGIN \(mode)")
    transactionCount += 1
    let value: Value
    do throws(PostgresError) {
      value = try body(self)
    } catch {
      if !isBroken { _ = try? query("ROLLBACK") }
      throw error
    }
    try query("COMMIT")
    return value
  }

  /// Sends a statement, and before it that it be prepared if it was not.
  ///
  /// - Returns: The name under which it is prepared with it, if it is.
  private func send(_ statement: PostgresStatement) throws(PostgresError) -> String? {
    let texts = statement.values.map { $0.flatMap { strdup($0) } }
    defer { for text in texts { free(text) } }
    let values = texts.map { $0.map { UnsafePointer($0) } }
    let count = Int32(values.count)
    var name: String?
    let wasSent: Int32
    if let known = prepared[statement.sql] {
      wasSent = PQsendQueryPrepared(pointer, known, count, values, nil, nil, 0)
    } else if !statement.values.isEmpty, prepared.count < Self.preparedLimit {
      preparedCount += 1
      let new = "atelier_\(preparedCount)"
      guard PQsendPrepare(pointer, new, statement.sql, 0, nil) == 1 else { throw failure }
      wasSent = PQsendQueryPrepared(pointer, new, count, values, nil, nil, 0)
      name = new
    } else {
      wasSent = PQsendQueryParams(pointer, statement.sql, count, nil, values, nil, nil, 0)
    }
    guard wasSent == 1, PQpipelineSync(pointer) == 1 else { throw failure }
    return name
  }

  /// Receives the answer to a statement.
  private func receive(
    _ statement: PostgresStatement, preparedAs name: String?
  ) throws(PostgresError) -> Result<PostgresRows, PostgresError> {
    var failure: PostgresError?
    if let name {
      failure = try take { Self.error(of: $0) }
      if failure == nil { prepared[statement.sql] = name }
    }
    let result: Result<PostgresRows, PostgresError> = try take { result in
      if let error = failure ?? Self.error(of: result) { return .failure(error) }
      return .success(PostgresRows(result))
    }
    guard let sync = try nextResult() else { throw self.failure }
    defer { PQclear(sync) }
    guard PQresultStatus(sync) == PGRES_PIPELINE_SYNC else {
      throw .unreachable(reason: "the answers came out of step")
    }
    if case .failure(.unreachable(let reason)) = result { throw .unreachable(reason: reason) }
    return result
  }

  /// Takes the one result of a command, and the mark of its end.
  private func take<Value>(_ value: (OpaquePointer) -> Value) throws(PostgresError) -> Value {
    guard let result = try nextResult() else { throw failure }
    defer { PQclear(result) }
    if isBroken { throw Self.error(of: result).map(Self.gone) ?? failure }
    let value = value(result)
    if let excess = try nextResult() {
      PQclear(excess)
      throw isBroken ? failure : .unreachable(reason: "the answers came out of step")
    }
    return value
  }

  /// What a server said last before it went away.
  private static func gone(_ error: PostgresError) -> PostgresError {
    if case .refused(_, let reason) = error { return .unreachable(reason: reason) }
    return error
  }

  /// The next result, for which is waited; `nil` at the end of a command.
  private func nextResult() throws(PostgresError) -> OpaquePointer? {
    let deadline = timeLimit.map { ContinuousClock.now + $0 }
    while true {
      let unsent = PQflush(pointer)
      guard unsent >= 0 else { throw failure }
      if PQisBusy(pointer) == 0 { return PQgetResult(pointer) }
      var watch = pollfd(
        fd: PQsocket(pointer), events: Int16(POLLIN | (unsent > 0 ? POLLOUT : 0)), revents: 0)
      let rest = deadline.map { max(0, Int32(min((($0 - .now) / .milliseconds(1)), 60_000))) }
      let ready = poll(&watch, 1, rest ?? 60_000)
      if ready == 0, let deadline, deadline <= .now {
        throw .unreachable(reason: "it did not answer in time")
      }
      if ready < 0, errno != EINTR { throw .unreachable(reason: String(cString: strerror(errno))) }
      guard PQconsumeInput(pointer) == 1 else { throw failure }
    }
  }

  private static func error(of result: OpaquePointer) -> PostgresError? {
    switch PQresultStatus(result) {
    case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: return nil
    case PGRES_PIPELINE_ABORTED: return .unexpected(reason: "a statement before it failed")
    default:
      func field(_ code: Unicode.Scalar) -> String {
        PQresultErrorField(result, Int32(code.value)).map { String(cString: $0) } ?? ""
      }
      // PG_DIAG_SQLSTATE and PG_DIAG_MESSAGE_PRIMARY.
      let (code, reason) = (field("C"), field("M"))
      let text = reason.isEmpty ? String(cString: PQresultErrorMessage(result)).trimmed : reason
      return code.isEmpty ? .unreachable(reason: text) : .answer(code: code, reason: text)
    }
  }
}

extension String {
  /// The text without space at its end.
  fileprivate var trimmed: String {
    var text = self
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }
}
