import Foundation

/// A thread with a connection that works a queue off.
struct PostgresWorker: Sendable {
  let queue: PostgresWorkQueue
  let reconnection: Reconnection

  func start(number: Int) {
    let thread = Thread { [self] in
      queue.workerStarted()
      var connection: PostgresConnection?
      while let batch = queue.next() { work(batch, on: &connection) }
      connection = nil
      queue.workerEnded()
    }
    thread.name = "postgres \(number)"
    thread.start()
  }

  private func work(
    _ batch: [PostgresWorkQueue.Work], on connection: inout PostgresConnection?
  ) {
    if case .transaction(let body, let end)? = batch.first {
      end(run(body, on: &connection))
    } else {
      run(batch, on: &connection)
    }
  }

  private func connection(
    _ open: PostgresConnection?
  ) throws(PostgresError) -> PostgresConnection {
    if let open { return open }
    return try reconnection.connect()
  }

  /// Runs statements. Those that got no answer before the connection ended are sent once more on a new
  /// one, if that can be had at once.
  private func run(
    _ batch: [PostgresWorkQueue.Work], on connection: inout PostgresConnection?
  ) {
    var rest = batch[...]
    var failure = PostgresError.closed
    for _ in 1...2 where !rest.isEmpty {
      do throws(PostgresError) {
        let current = try self.connection(connection)
        connection = current
        let statements = rest.compactMap { work in
          if case .statement(let statement, _) = work { statement } else { nil }
        }
        let (results, error) = current.answered(statements)
        for (work, result) in zip(rest, results) {
          if case .statement(_, let end) = work { end(result) }
        }
        rest = rest.dropFirst(results.count)
        if let error { throw error }
      } catch {
        connection = nil
        failure = error
      }
    }
    for work in rest { work.fail(failure) }
  }

  /// Runs a transaction. Where the connection turns out to have ended before it began, it is begun once
  /// more on a new one.
  private func run(
    _ body: (PostgresConnection) throws(PostgresError) -> Void,
    on connection: inout PostgresConnection?
  ) -> PostgresError? {
    var failure: PostgresError?
    for _ in 1...2 {
      var hasBegun = false
      do throws(PostgresError) {
        let current = try self.connection(connection)
        connection = current
        let count = current.transactionCount
        defer { hasBegun = current.transactionCount > count }
        try body(current)
        return nil
      } catch {
        guard case .unreachable = error else { return error }
        connection = nil
        failure = error
        if hasBegun { break }
      }
    }
    return failure
  }
}
