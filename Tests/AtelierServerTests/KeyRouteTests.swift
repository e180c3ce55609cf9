import APIKeys
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import InMemoryLogging
import Logging
import NIOCore
import Testing

@testable import AtelierServer

@Suite struct KeyRouteTests {
  private struct Key: Decodable {
    let id: String
    let name: String
    let role: String
    let state: String
    let expires: String?
    let requests_per_minute: Int?
    let configured: Bool
    let current: Bool
    let secret: String?
  }

  private struct List: Decodable { let keys: [Key] }

  private func headers(_ key: String = TestService.adminKey) -> HTTPFields {
    var headers: HTTPFields = [.contentType: "application/json"]
    headers[.apiKey] = key
    return headers
  }

  private func create(
    _ body: String, key: String = TestService.adminKey, _ client: any TestClientProtocol
  ) async throws -> TestResponse {
    try await client.execute(
      uri: "/keys", method: .post, headers: headers(key), body: ByteBuffer(string: body))
  }

  private func made(
    _ body: String, key: String = TestService.adminKey, _ client: any TestClientProtocol
  ) async throws -> Key {
    let response = try await create(body, key: key, client)
    #expect(response.status == .created, "\(response.text)")
    #expect(response.headers[.cacheControl] == "no-store")
    return try decode(Key.self, response)
  }

  private func revoke(
    _ path: String, key: String = TestService.adminKey, _ client: any TestClientProtocol
  ) async throws -> TestResponse {
    try await client.execute(uri: "/keys/\(path)", method: .delete, headers: headers(key))
  }

  private func list(
    key: String = TestService.adminKey, _ client: any TestClientProtocol
  ) async throws -> TestResponse {
    try await client.execute(uri: "/keys", method: .get, headers: headers(key))
  }

  private func decode<Value: Decodable>(
    _ type: Value.Type, _ response: TestResponse
  ) throws -> Value {
    try JSONDecoder().decode(type, from: Data(response.body.readableBytesView))
  }

  /// A service whose only keys are those of its store, with one that may do everything.
  private func serviceOfItsOwn() throws -> (TestService, NewKey) {
    let service = try TestService(keys: [])
    let store = KeyStore(file: service.folder.appending(path: "keys.json"))
    return (service, try store.create(name: "me", role: .admin))
  }

  @Test func aKeyWorksAtOnceAndEndsAtOnce() async throws {
    let service = try TestService()
    let store = KeyStore(file: service.folder.appending(path: "keys.json"))
    try await service.test { client in
      let key = try await made(
        #"{"name":"<b>Kasse</b> 收银","role":"admin","expires_in_days":90,"requests_per_minute":600}"#,
        client)
      let secret = try #require(key.secret)
      #expect(key.name == "<b>Kasse</b> 收银")
      #expect(key.expires != nil)
      #expect(key.requests_per_minute == 600)
      // The command line reads the same file.
      #expect(try store.keys().map(\.id) == [key.id])
      let seen = try await list(key: secret, client)
      #expect(seen.status == .ok)
      #expect(!seen.text.contains(secret))
      #expect(!seen.text.contains(SecretHash(of: secret).hexadecimal))
      let keys = try decode(List.self, seen).keys
      #expect(keys.map(\.id) == ["env-1", "env-2", "env-3", key.id])
      #expect(keys.map(\.configured) == [true, true, true, false])
      #expect(keys.map(\.current) == [false, false, false, true])
      let end = try await revoke(key.id, client)
      #expect(end.status == .ok)
      #expect(try decode(Key.self, end).state == "revoked")
      #expect(try await list(key: secret, client).status == .unauthorized)
      #expect(try store.keys().first?.state() == .revoked)
      // And the other way round.
      let other = try store.create(name: "other", role: .admin)
      #expect(try await list(key: other.secret, client).status == .ok)
      try store.revoke(id: other.key.id)
      #expect(try await list(key: other.secret, client).status == .unauthorized)
    }
    #expect(service.log.entries.contains { "\($0.message)" == "a key was made" })
    #expect(service.log.entries.contains { "\($0.message)" == "a key was revoked" })
  }

  @Test func nobodyLocksThemselvesOutUnawares() async throws {
    let (service, admin) = try serviceOfItsOwn()
    try await service.test { client in
      let last = try await revoke(admin.key.id, key: admin.secret, client)
      #expect(last.status == .conflict)
      #expect(last.errorCode == "last_admin_key")
      let other = try await made(
        #"{"name":"other","role":"admin"}"#, key: admin.secret, client)
      let own = try await revoke(admin.key.id, key: admin.secret, client)
      #expect(own.status == .conflict)
      #expect(own.errorCode == "own_key")
      #expect(try await list(key: admin.secret, client).status == .ok)
      let secret = try #require(other.secret)
      #expect(
        try await revoke("\(admin.key.id)?confirm=true", key: admin.secret, client).status == .ok)
      #expect(try await list(key: admin.secret, client).status == .unauthorized)
      #expect(
        try await revoke(other.id, key: secret, client).errorCode == "last_admin_key")
      let confused = try await revoke("\(other.id)?confirm=yes", key: secret, client)
      #expect(confused.status == .unprocessableContent)
      #expect(try await list(key: secret, client).status == .ok)
    }
  }

  @Test func keysOfTheConfigurationStay() async throws {
    try await TestService().test { client in
      let response = try await revoke("env-1?confirm=true", client)
      #expect(response.status == .conflict)
      #expect(response.errorCode == "configured_key")
      #expect(try await revoke("key-none", client).status == .notFound)
    }
  }

  @Test(arguments: [
    ("{", 400), ("[]", 422), ("{}", 422), (#"{"name":"x"}"#, 422),
    (#"{"name":"x","role":"king"}"#, 422), (#"{"name":"  ","role":"read"}"#, 422),
    (#"{"name":"a\u0000b","role":"read"}"#, 422), (#"{"name":1,"role":"read"}"#, 422),
    (#"{"name":"x","role":"read","expires_in_days":0}"#, 422),
    (#"{"name":"x","role":"read","expires_in_days":1.5}"#, 422),
    (#"{"name":"x","role":"read","expires_in_days":true}"#, 422),
    (#"{"name":"x","role":"read","requests_per_minute":"9"}"#, 422),
    (#"{"name":"x","role":"read","requests_per_minute":1000001}"#, 422),
    (#"{"name":"x","role":"read","secret":"mine"}"#, 422),
  ])
  func refusesUnusableKeys(body: String, status: Int) async throws {
    try await TestService().test { client in
      let response = try await create(body, client)
      #expect(response.status.code == status, "\(body)")
      #expect(response.errorCode != nil)
      #expect(try decode(List.self, try await list(client)).keys.count == 3)
    }
  }

  @Test func onlyThoseWhoMayDoEverythingManageKeys() async throws {
    try await TestService().test { client in
      for key in [TestService.predictKey, TestService.readKey] {
        let answers = [
          try await list(key: key, client),
          try await create(#"{"name":"x","role":"admin"}"#, key: key, client),
          try await revoke("env-3", key: key, client),
        ]
        for answer in answers { #expect(answer.status == .forbidden) }
      }
    }
  }

  @Test func saysThatTheFileCannotBeWritten() async throws {
    let service = try TestService()
    try Data("{".utf8).write(to: service.folder.appending(path: "keys.json"))
    try await service.test { client in
      let response = try await create(#"{"name":"x","role":"read"}"#, client)
      #expect(response.status == .serviceUnavailable)
      #expect(!response.text.contains("keys.json"))
    }
  }
}
