import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import PostgreSQL
import PostgresSupport
import Records
import Synchronization
import Testing

@testable import AtelierServer

/// The service on a PostgreSQL that goes away.
@Suite(.serialized, .timeLimit(.minutes(15))) struct PostgresServiceTests {
  /// What callers were told.
  private final class Told: Sendable {
    struct State {
      var stored: [String] = []
      var refused = 0
      var others: [String] = []
      var isOver = false
    }

    private let state = Mutex(State())

    func withLock<Value: Sendable>(_ body: (inout State) -> Value) -> Value {
      state.withLock { body(&$0) }
    }
  }

  /// The database is stopped as in a crash and started again while pictures come in.
  @Test func nothingAnsweredIsLostWhenTheDatabaseRestarts() async throws {
    let server = try PostgresServer()
    let store = try PostgresPredictionStore(PostgresAddress(url: server.makeDatabase()))
    let service = try TestService(store: store)
    let told = Told()
    try await service.test { client in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<4 {
          group.addTask {
            while !told.withLock(\.isOver) { try await self.predict(client, told) }
          }
        }
        group.addTask {
          defer { told.withLock { $0.isOver = true } }
          try await self.wait { told.withLock { $0.stored.count > 20 } }
          server.stop()
          try await self.wait { told.withLock { $0.refused > 20 } }
          let away = try await self.readiness(client) { $0.status == .serviceUnavailable }
          #expect(away.text.contains(#""database":"not ready""#))
          try server.start()
          let back = try await self.readiness(client) { $0.status == .ok }
          #expect(back.text.contains(#""database":"ready""#))
          let before = told.withLock(\.stored.count)
          try await self.wait { told.withLock { $0.stored.count > before + 20 } }
        }
        try await group.waitForAll()
      }
    }
    let result = told.withLock(\.self)
    #expect(result.others == [])
    #expect(Set(result.stored).count == result.stored.count)
    for id in result.stored { #expect(try await store.record(id: id) != nil) }
    let total = try await store.counts().total
    #expect((result.stored.count...result.stored.count + result.refused).contains(total))
  }

  private func predict(_ client: any TestClientProtocol, _ told: Told) async throws {
    let response = try await client.execute(
      uri: "/predict", method: .post, headers: Sample.headers(),
      body: Sample.form(Sample.png(level: 100)))
    let id = response.text.firstMatch(of: #/"id":"([^"]+)"/#).map { String($0.output.1) }
    told.withLock { told in
      switch response.status {
      case .ok: told.stored.append(id ?? "")
      case .serviceUnavailable
      where response.headers[.retryAfter] != nil && response.errorCode == "storage_unavailable":
        told.refused += 1
      default: told.others.append("\(response.status) \(response.text)")
      }
    }
  }

  private func wait(_ condition: () -> Bool) async throws {
    while !condition() {
      try Task.checkCancellation()
      await Task.yield()
    }
  }

  private func readiness(
    _ client: any TestClientProtocol, when condition: (TestResponse) -> Bool
  ) async throws -> TestResponse {
    while true {
      try Task.checkCancellation()
      let response = try await client.execute(uri: "/health/ready", method: .get)
      if condition(response) { return response }
      await Task.yield()
    }
  }

  @Test func serversShareTheSecretOfSessions() throws {
    let address = try PostgresServer.newDatabase()
    _ = try PostgresPredictionStore(address)
    let secrets = try (0..<2).map { _ in
      try SessionSecret(sharedIn: PostgresPool(address, size: 1)).key
    }
    #expect(secrets[0] == secrets[1])
    let other = try PostgresServer.newDatabase()
    _ = try PostgresPredictionStore(other)
    #expect(try SessionSecret(sharedIn: PostgresPool(other, size: 1)).key != secrets[0])
  }
}
