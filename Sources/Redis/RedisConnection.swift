import CHiredis
import Dispatch
import Foundation
import Synchronization

/// One connection to Redis, made when it is needed and again after it broke, with growing pauses.
///
/// Its blocking calls happen on a queue of its own.
public final class RedisConnection: Sendable {
  private static let firstPause = Duration.milliseconds(100)
  private static let longestPause = Duration.seconds(5)

  private let address: RedisAddress
  private let timeout: Duration
  private let queue = DispatchQueue(label: "redis")
  private let waiting = Mutex<[Request]>([])
  private let state = Mutex(State())

  /// A command, and who waits for its answer.
  private struct Request {
    let command: [String]
    let connects: Bool
    let continuation: CheckedContinuation<Result<RedisReply, RedisError>, Never>
  }

  private struct State: ~Copyable {
    var context: Context?
    var pause = RedisConnection.firstPause
    var nextAttempt = ContinuousClock.now

    /// Writes a command to the connection's buffer.
    mutating func append(_ command: [String]) throws(RedisError) {
      guard let pointer = context?.pointer else { throw .unreachable(reason: "not connected") }
      // One after the other, and not as C strings: those end at a zero, which a text may have inside.
      let bytes = command.flatMap { $0.utf8.map { CChar(truncatingIfNeeded: $0) } }
      let lengths = command.map(\.utf8.count)
      let status = bytes.withUnsafeBufferPointer { bytes in
        var end = 0
        var starts: [UnsafePointer<CChar>?] = lengths.map { length in
          defer { end += length }
          return bytes.baseAddress.map { $0 + end }
        }
        return redisAppendCommandArgv(pointer, Int32(command.count), &starts, lengths)
      }
      guard status == REDIS_OK else { throw failure }
    }

    /// Sends what is in the buffer, and reads the next answer.
    mutating func reply() throws(RedisError) -> RedisReply {
      guard let pointer = context?.pointer else { throw .unreachable(reason: "not connected") }
      var answer: UnsafeMutableRawPointer?
      guard redisGetReply(pointer, &answer) == REDIS_OK,
        let reply = answer?.assumingMemoryBound(to: redisReply.self)
      else { throw failure }
      defer { freeReplyObject(reply) }
      return RedisReply(reply)
    }

    /// Sends one command, which must not be refused.
    mutating func perform(_ command: [String]) throws(RedisError) {
      try append(command)
      if case .error(let reason) = try reply() { throw .refused(reason: reason) }
    }

    private var failure: RedisError {
      mutating get { context?.failure ?? .unreachable(reason: "not connected") }
    }
  }

  /// The library's connection; freed with its owner.
  ///
  /// It may move between threads, one at a time: the library keeps nothing per thread.
  private struct Context: ~Copyable, @unchecked Sendable {
    let pointer: UnsafeMutablePointer<redisContext>

    deinit { redisFree(pointer) }

    var failure: RedisError {
      .unreachable(
        reason: withUnsafeBytes(of: pointer.pointee.errstr) {
          String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        })
    }
  }

  /// Creates a connection, which is made when it is first used.
  ///
  /// - Parameters:
  ///   - address: The server.
  ///   - timeout: How long to wait for a connection, and for an answer.
  public init(_ address: RedisAddress, timeout: Duration) {
    self.address = address
    self.timeout = timeout
  }

  /// Whether a server answers there.
  public static func answers(at address: RedisAddress, within timeout: Duration) async -> Bool {
    (try? await RedisConnection(address, timeout: timeout).send(["PING"])) == .string("PONG")
  }

  /// Sends a command and waits for its answer. Commands that come while others are under way travel
  /// together, in one round trip.
  ///
  /// - Parameters:
  ///   - command: The name of the command, and its arguments.
  ///   - connects: Whether to connect first when there is no connection, which waits for names to be
  ///     looked up as long as the system does; otherwise the command fails at once.
  /// - Throws: ``RedisError``; at once while a pause lasts after a failed attempt.
  public func send(
    _ command: [String], connects: Bool = true
  ) async throws(RedisError) -> RedisReply {
    let result: Result<RedisReply, RedisError> = await withCheckedContinuation { continuation in
      let isFirst = waiting.withLock { waiting in
        waiting.append(Request(command: command, connects: connects, continuation: continuation))
        return waiting.count == 1
      }
      // Whoever comes later finds the queue busy, or about to be.
      if isFirst { queue.async { [self] in answer() } }
    }
    return try result.get()
  }

  /// Sends what waits, all in one go.
  private func answer() {
    let requests = waiting.withLock { waiting in
      defer { waiting = [] }
      return waiting
    }
    let results = state.withLock { perform(requests, &$0) }
    for (request, result) in zip(requests, results) {
      request.continuation.resume(returning: result)
    }
  }

  private func perform(
    _ requests: [Request], _ state: inout State
  ) -> [Result<RedisReply, RedisError>] {
    var (results, failure) = exchange(requests[...], &state)
    // A server that was restarted closes idle connections: what was not answered is sent once more.
    if failure != nil {
      state.context = nil
      if requests.contains(where: \.connects) {
        do throws(RedisError) {
          try connect(&state)
          let (answered, next) = exchange(requests[results.count...], &state)
          results += answered
          failure = next
          if next != nil { state.context = nil }
        } catch {
          failure = error
        }
      }
    }
    if let failure {
      results += repeatElement(.failure(failure), count: requests.count - results.count)
    }
    return results
  }

  /// Sends commands and reads their answers, in the same order.
  ///
  /// - Returns: The answers, and why they are fewer than the commands when the connection broke.
  private func exchange(
    _ requests: ArraySlice<Request>, _ state: inout State
  ) -> (results: [Result<RedisReply, RedisError>], failure: RedisError?) {
    var results: [Result<RedisReply, RedisError>] = []
    do throws(RedisError) {
      for request in requests { try state.append(request.command) }
      for _ in requests {
        let reply = try state.reply()
        if case .error(let reason) = reply {
          results.append(.failure(.refused(reason: reason)))
        } else {
          results.append(.success(reply))
        }
      }
      return (results, nil)
    } catch {
      return (results, error)
    }
  }

  private func connect(_ state: inout State) throws(RedisError) {
    guard ContinuousClock.now >= state.nextAttempt else {
      throw .unreachable(reason: "waiting before the next attempt")
    }
    do throws(RedisError) {
      try open(&state)
      state.pause = Self.firstPause
    } catch {
      state.context = nil
      state.nextAttempt = .now + state.pause
      state.pause = min(state.pause * 2, Self.longestPause)
      throw error
    }
  }

  private func open(_ state: inout State) throws(RedisError) {
    let (seconds, attoseconds) = timeout.components
    let limit = timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
    guard let pointer = redisConnectWithTimeout(address.host, Int32(address.port), limit) else {
      throw .unreachable(reason: "out of memory")
    }
    let context = Context(pointer: pointer)
    guard pointer.pointee.err == 0 else { throw context.failure }
    redisSetTimeout(pointer, limit)
    redisEnableKeepAlive(pointer)
    state.context = consume context
    if let password = address.password {
      try state.perform(["AUTH"] + (address.user.map { [$0] } ?? []) + [password])
    }
    if address.database != 0 {
      try state.perform(["SELECT", String(address.database)])
    }
  }
}
