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
  private let state = Mutex(State())

  private struct State: ~Copyable {
    var context: Context?
    var pause = RedisConnection.firstPause
    var nextAttempt = ContinuousClock.now
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

  /// Sends a command and waits for its answer.
  ///
  /// - Throws: ``RedisError``; at once while a pause lasts after a failed attempt.
  public func send(_ command: [String]) async throws(RedisError) -> RedisReply {
    let result: Result<RedisReply, RedisError> = await withCheckedContinuation { continuation in
      queue.async { [self] in
        let result: Result<RedisReply, RedisError> = state.withLock { state in
          do throws(RedisError) {
            return .success(try perform(command, &state))
          } catch {
            return .failure(error)
          }
        }
        continuation.resume(returning: result)
      }
    }
    return try result.get()
  }

  private func perform(_ command: [String], _ state: inout State) throws(RedisError) -> RedisReply {
    // A server that was restarted closes idle connections: the first failure is tried once more.
    if state.context != nil {
      do throws(RedisError) {
        return try perform(command, connected: &state)
      } catch .unreachable {
        state.context = nil
      } catch {
        throw error
      }
    }
    try connect(&state)
    do throws(RedisError) {
      return try perform(command, connected: &state)
    } catch .unreachable(let reason) {
      state.context = nil
      throw .unreachable(reason: reason)
    } catch {
      throw error
    }
  }

  private func perform(
    _ command: [String], connected state: inout State
  ) throws(RedisError) -> RedisReply {
    guard let pointer = state.context?.pointer else { throw .unreachable(reason: "not connected") }
    let arguments = command.map { strdup($0) }
    defer { for argument in arguments { free(argument) } }
    var pointers = arguments.map { UnsafePointer($0) }
    let lengths = command.map(\.utf8.count)
    guard
      let answer = redisCommandArgv(pointer, Int32(command.count), &pointers, lengths)?
        .assumingMemoryBound(to: redisReply.self)
    else { throw state.context?.failure ?? .unreachable(reason: "not connected") }
    defer { freeReplyObject(answer) }
    let reply = RedisReply(answer)
    if case .error(let reason) = reply { throw .refused(reason: reason) }
    return reply
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
      _ = try perform(["AUTH"] + (address.user.map { [$0] } ?? []) + [password], connected: &state)
    }
    if address.database != 0 {
      _ = try perform(["SELECT", String(address.database)], connected: &state)
    }
  }
}
