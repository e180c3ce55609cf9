import Foundation
import Glibc
import HTTPTypes
@testable import Records
import RedisSupport
import Subprocess
import Testing

/// The service as a process: what it keeps when it is killed, stopped, or loses Redis.
@Suite(.serialized, .timeLimit(.minutes(15))) struct ServeCommandTests {
  /// The answers of a load, and whoever waits for a number of them.
  private actor Answers {
    private(set) var identities: [String] = []
    private(set) var failures = 0
    private var waiting: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []

    func add(_ status: Int, _ id: String?) {
      if status == 200, let id { identities.append(id) } else { failures += 1 }
      for waiter in waiting where identities.count >= waiter.count { waiter.continuation.resume() }
      waiting.removeAll { identities.count >= $0.count }
    }

    func reach(_ count: Int) async {
      guard identities.count < count else { return }
      await withCheckedContinuation { waiting.append((count, $0)) }
    }
  }

  private func stored(in home: URL) async throws -> (ids: Set<String>, total: Int) {
    let store = try SQLitePredictionStore(file: home.appending(path: "atelier.db"))
    let ids = Set(try await store.identities())
    let total = try await store.counts().total
    try await store.close()
    return (ids, total)
  }

  @Test func killedItHasEveryAnsweredPrediction() async throws {
    try await withTemporaryDirectory { home in
      var answered: Set<String> = []
      for round in 1...20 {
        let answers = Answers()
        let (_, status) = try await RunningServer.run(home: home) { server in
          async let load: Void = server.load(connections: 8) { await answers.add($0, $1) }
          // Each round is killed at another moment.
          await answers.reach(20 + round * 7)
          server.stop(SIGKILL)
          await load
        }
        #expect(status == .signaled(9))
        answered.formUnion(await answers.identities)
        #expect(await answers.failures == 0)
        let (ids, total) = try await stored(in: home)
        #expect(answered.isSubset(of: ids), "round \(round)")
        #expect(total == ids.count)
      }
    }
  }

  @Test func stoppedItCutsNothingOff() async throws {
    try await withTemporaryDirectory { home in
      let answers = Answers()
      let start = ContinuousClock.now
      let (_, status) = try await RunningServer.run(home: home) { server in
        async let load: Void = server.load(connections: 16) { await answers.add($0, $1) }
        await answers.reach(200)
        server.stop(SIGTERM)
        await load
      }
      #expect(status == .exited(0))
      // A bound of the contract, not a measurement: what hangs would be cut off after 10 s.
      #expect(ContinuousClock.now - start < .seconds(60))
      #expect(await answers.failures == 0)
      let (ids, _) = try await stored(in: home)
      #expect(await Set(answers.identities) == ids)
    }
  }

  @Test func stoppedItEndsItsStreams() async throws {
    try await withTemporaryDirectory { home in
      let (text, status) = try await RunningServer.run(home: home) { server in
        async let stream = server.get("/metrics/events")
        let begun = #"route="/metrics/events",status="200"} 1"#
        while try await !server.get("/metrics").contains(begun) {}
        let start = ContinuousClock.now
        server.stop(SIGTERM)
        let text = try await stream
        // A bound of the contract, not a measurement: what hangs would be cut off after 10 s.
        #expect(ContinuousClock.now - start < .seconds(9))
        return text
      }
      #expect(status == .exited(0))
      #expect(text.hasPrefix("retry: "))
      #expect(text.hasSuffix("\n\n"))
    }
  }

  @Test func goesOnWhenRedisIsKilledAndCatchesUp() async throws {
    try await withTemporaryDirectory { home in
      let redis = try RedisServer()
      let url = "redis://127.0.0.1:\(redis.port)"
      let (_, status) = try await RunningServer.run(
        home: home, environment: ["REDIS_URL": url]
      ) { server in
        let answers = Answers()
        async let load: Void = server.load(connections: 4) { await answers.add($0, $1) }
        await answers.reach(50)
        #expect(try await server.get("/stats").contains(#""source":"redis""#))
        redis.stop()
        #expect(try await server.get("/stats").contains(#""source":"database""#))
        await answers.reach(150)
        let again = try RedisServer(port: redis.port)
        // The connection is tried again after a pause; nobody is told when.
        while true {
          let statistics = try await server.get("/stats")
          if statistics.contains(#""source":"redis""#) { break }
        }
        await answers.reach(250)
        server.stop(SIGTERM)
        await load
        #expect(await answers.failures == 0)
        withExtendedLifetime(again) {}
      }
      #expect(status == .exited(0))
    }
  }

  /// Two servers, as behind a balancer, share the rates of keys; without Redis each goes on alone and says so.
  @Test func serversShareTheRatesOfKeys() async throws {
    let redis = try RedisServer()
    let environment = [
      "REDIS_URL": "redis://127.0.0.1:\(redis.port)", "ATELIER_REQUESTS_PER_MINUTE": "100",
      "ATELIER_LOG_LEVEL": "notice",
    ]
    try await withTemporaryDirectory { home in
      let folders = ["first", "second"].map { home.appending(path: $0) }
      _ = try await RunningServer.run(home: folders[0], environment: environment) { first in
        defer { first.stop(SIGTERM) }
        _ = try await RunningServer.run(home: folders[1], environment: environment) { second in
          defer { second.stop(SIGTERM) }
          let servers = [first, second]
          // They connect to Redis while they start.
          for folder in folders { try await Self.wait(for: "limits are shared", in: folder) }
          let start = ContinuousClock.now
          var allowed = 0
          for index in 0..<240 {
            let status = try await servers[index % 2].send(.get, "/stats").status
            #expect([200, 429].contains(status))
            if status == 200 { allowed += 1 }
          }
          let regained = (ContinuousClock.now - start) / .seconds(60) * 100
          #expect((100...100 + Int(regained) + 1).contains(allowed))
          redis.stop()
          for server in servers {
            #expect([200, 429].contains(try await server.send(.get, "/stats").status))
          }
          for folder in folders { try await Self.wait(for: "limits are not shared", in: folder) }
        }
      }
    }
  }

  /// Waits until a server has written a line to its log.
  private static func wait(for line: String, in home: URL) async throws {
    let file = home.appending(path: "app.log")
    while (try? String(contentsOf: file, encoding: .utf8))?.contains(line) != true {
      try Task.checkCancellation()
      await Task.yield()
    }
  }

  @Test func makesAKeyAtTheFirstStartOnly() async throws {
    try await withTemporaryDirectory { home in
      let environment = ["ATELIER_HOME": home.path, "ATELIER_API_KEYS": ""]
      let created = try await Program.run(
        "keys", "create", "--name", "shop", "--role", "read", environment: environment)
      #expect(created.status == 0)
      #expect(created.output.hasPrefix("atl_"))
      let list = try await Program.run("keys", "list", "--json", environment: environment)
      let keys = try #require(
        try JSONSerialization.jsonObject(with: Data(list.output.utf8)) as? [[String: Any]])
      #expect(keys.count == 1)
      #expect(keys[0]["state"] as? String == "valid")
      let id = try #require(keys[0]["id"] as? String)
      #expect(try await Program.run("keys", "revoke", id, environment: environment).status == 0)
      #expect(
        try await Program.run("keys", "list", environment: environment).output.contains("revoked"))
      let missing = try await Program.run("keys", "revoke", "key-none", environment: environment)
      #expect(missing.status == 1)
      #expect(missing.errors.contains("there is no key key-none"))
    }
  }

  @Test(arguments: ["--port", "--ui-port", "--grpc-port"])
  func saysThatThePortIsTaken(taken: String) async throws {
    try await withTemporaryDirectory { home in
      let redis = try RedisServer()
      let ports = ["--port", "--ui-port", "--grpc-port"].flatMap {
        [$0, $0 == taken ? String(redis.port) : "0"]
      }
      let outcome = try await Program.run(
        ["serve", "--engines", "onnx"] + ports,
        environment: ["ATELIER_HOME": home.path, "REDIS_URL": "redis://127.0.0.1:1"])
      #expect(outcome.status == 1)
      #expect(
        outcome.errors.contains(
          "port \(redis.port): Address already in use; choose others with --host and \(taken)"))
      // The key of a start that failed was shown to nobody; the next start makes one and shows it.
      let keys = try await Program.run(
        "keys", "list", "--json", environment: ["ATELIER_HOME": home.path])
      let list = try JSONSerialization.jsonObject(with: Data(keys.output.utf8)) as? [Any]
      #expect(list?.isEmpty == true)
    }
  }

  @Test func saysThatTheLogCannotBeWritten() async throws {
    try await withTemporaryDirectory { home in
      let redis = try RedisServer()
      let outcome = try await Program.run(
        "serve", "--engines", "native", "--port", String(redis.port), "--ui-port", "0",
        "--grpc-port", "0",
        environment: [
          "ATELIER_HOME": home.path, "REDIS_URL": "redis://127.0.0.1:\(redis.port)",
          "ATELIER_LOG_FILE": "/dev/null/app.log",
        ])
      let complaint =
        #""message":"the log file cannot be written","file":"/dev/null/app.log","error":"Not a directory""#
      #expect(outcome.errors.split(separator: "\n").count(where: { $0.contains(complaint) }) == 1)
    }
  }

  /// A flag that makes no sense is misuse; the same said in the environment is not.
  @Test(arguments: [
    ("--port", "99999", "65535"), ("--engines", "abacus", "abacus"), ("--canary", "x", "v3=10%"),
    ("--log-level", "loud", "loud"), ("--requests-per-minute", "-1", "whole number"),
  ])
  func refusesUnusableFlags(flag: String, value: String, complaint: String) async throws {
    try await withTemporaryDirectory { home in
      let outcome = try await Program.run(
        "serve", "\(flag)=\(value)", environment: ["ATELIER_HOME": home.path])
      #expect(outcome.status == 64)
      #expect(outcome.errors.contains(complaint))
    }
  }

  @Test func saysThatThereIsNoSuchHost() async throws {
    try await withTemporaryDirectory { home in
      let outcome = try await Program.run(
        "serve", "--engines", "native", "--host", "256.1.1.1", "--port", "0", "--ui-port", "0",
        "--grpc-port", "0", environment: ["ATELIER_HOME": home.path])
      #expect(outcome.status == 1)
      #expect(outcome.errors.contains("cannot listen on 256.1.1.1, port 0: there is no host"))
    }
  }

  @Test func showsItsSettings() async throws {
    let shown = try await Program.run(
      "serve", "--port", "9000", "--print-config",
      environment: ["ATELIER_API_KEYS": "hidden:admin", "ATELIER_HOST": "0.0.0.0"])
    #expect(shown.status == 0)
    #expect(shown.output.contains(#/port += 9000  \(flag\)/#))
    #expect(shown.output.contains(#/host += 0.0.0.0  \(ATELIER_HOST\)/#))
    #expect(!shown.output.contains("hidden"))
  }

  @Test(arguments: [
    ("ATELIER_API_KEYS", "secret:owner", "role that does not exist"),
    ("ATELIER_PORT", "many", "port"), ("REDIS_URL", "http://x", "redis://"),
    ("ATELIER_ENGINES", "abacus", "abacus"), ("ATELIER_LOG_LEVEL", "loud", "loud"),
    ("ATELIER_JOBS", "some", "must be all or workers"),
    ("OTEL_EXPORTER_OTLP_ENDPOINT", "nowhere", "OTEL_EXPORTER_OTLP_ENDPOINT"),
  ])
  func refusesUnusableSettings(name: String, value: String, complaint: String) async throws {
    try await withTemporaryDirectory { home in
      let outcome = try await Program.run(
        "serve", environment: ["ATELIER_HOME": home.path, name: value])
      #expect(outcome.status == 1)
      #expect(outcome.errors.contains(complaint))
      #expect(!outcome.errors.contains("secret"))
    }
  }
}
