import Redis
import RedisSupport
import Testing

@Suite(.timeLimit(.minutes(15))) struct RedisConnectionTests {
  @Test func commandsThatTravelTogetherGetTheirOwnAnswers() async throws {
    let server = try RedisServer()
    let connection = RedisConnection(RedisAddress(port: server.port), timeout: .seconds(5))
    let numbers = await withTaskGroup(of: Int?.self) { group in
      for index in 0..<1_000 {
        group.addTask {
          if index % 10 == 0 {
            await #expect(throws: RedisError.self) { try await connection.send(["NO", "COMMAND"]) }
            return nil
          }
          let text = String(repeating: "x", count: index)
          let echo = try? await connection.send(["ECHO", text])
          #expect(echo == .string(text))
          guard case .integer(let number)? = try? await connection.send(["INCR", "n"]) else {
            return nil
          }
          return number
        }
      }
      return await group.reduce(into: [Int]()) { if let number = $1 { $0.append(number) } }
    }
    #expect(numbers.sorted() == Array(1...900))
  }

  /// The name of a class may have any character that a table of labels has.
  @Test(arguments: ["", "\0", "before\0behind", "鞋\0👟"])
  func whatIsSentIsSentToItsEnd(text: String) async throws {
    let server = try RedisServer()
    let connection = RedisConnection(RedisAddress(port: server.port), timeout: .seconds(5))
    #expect(try await connection.send(["ECHO", text]) == .string(text))
    #expect(try await connection.send(["SET", text, "\0", "EX", "60"]) == .string("OK"))
    #expect(try await connection.send(["GET", text]) == .string("\0"))
  }

  @Test func connectsAgainAfterTheServerWasRestarted() async throws {
    let server = try RedisServer()
    let connection = RedisConnection(RedisAddress(port: server.port), timeout: .seconds(5))
    #expect(try await connection.send(["PING"]) == .string("PONG"))
    server.stop()
    let again = try RedisServer(port: server.port)
    // Whoever does not want to wait for a connection is refused at once.
    await #expect(throws: RedisError.self) { try await connection.send(["PING"], connects: false) }
    #expect(try await connection.send(["PING"]) == .string("PONG"))
    #expect(try await connection.send(["PING"], connects: false) == .string("PONG"))
    withExtendedLifetime(again) {}
  }
}
