import Redis
import Testing

@Suite struct RedisAddressTests {
  @Test(arguments: [
    ("redis://cache", RedisAddress(host: "cache")),
    ("redis://127.0.0.1:7000/2", RedisAddress(port: 7_000, database: 2)),
    ("redis://:secret@h/", RedisAddress(host: "h", password: "secret")),
    ("redis://u:p%40ss@[::1]:1", RedisAddress(host: "::1", port: 1, user: "u", password: "p@ss")),
  ])
  func readsAddresses(url: String, address: RedisAddress) throws {
    #expect(try RedisAddress(url: url) == address)
  }

  @Test(arguments: [
    "", "cache:6379", "http://cache", "rediss://:secret@cache", "redis://", "redis://h/x",
    "redis://h:99999", "redis://h:0",
  ])
  func refusesOthersWithoutTheirPassword(url: String) {
    let error = #expect(throws: RedisError.self) { try RedisAddress(url: url) }
    #expect(error?.description.contains("secret") == false)
  }

  @Test func doesNotShowThePassword() throws {
    #expect(try RedisAddress(url: "redis://u:secret@h:1/3").description == "redis://h:1/3")
  }
}
