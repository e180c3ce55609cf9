import HTTPTypes
import HummingbirdTesting
import InMemoryLogging
import Logging
import Testing

@testable import AtelierServer

@Suite struct TrustedProxiesTests {
  @Test(arguments: [
    ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false),
    ("192.0.2.7", "192.0.2.7", true), ("192.0.2.7", "192.0.2.8", false),
    ("0.0.0.0/0", "203.0.113.9", true), ("0.0.0.0/0", "2001:db8::1", false),
    ("2001:db8::/32", "2001:db8:ffff::1", true), ("2001:db8::/32", "2001:db9::1", false),
    ("::/0", "2001:db8::1", true), ("::1", "::1", true), ("127.0.0.1", "::ffff:127.0.0.1", true),
    ("fe80::/10", "fe80::1%eth0", true),
  ])
  func knowsItsAddresses(block: String, address: String, isIn: Bool) throws {
    let block = try #require(AddressBlock(block))
    let address = try #require(InternetAddress(address))
    #expect(block.contains(address) == isIn)
  }

  @Test(arguments: [
    "10.0.0.0/33", "10.0.0.0/-1", "10.0.0/8", "::/129", "proxy", "1.2.3.4/8/8", "/8",
  ])
  func refusesWhatIsNoAddress(text: String) {
    #expect(throws: SettingsError.self) { try TrustedProxies("127.0.0.1, \(text)") }
  }

  @Test(arguments: [
    ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
    ("10.0.0.1", "198.51.100.1, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
    // Nobody who is trusted said that the first one was there.
    ("10.0.0.1", "198.51.100.1, nonsense, 10.0.0.2", "10.0.0.2"),
    ("10.0.0.1", "10.0.0.3", "10.0.0.3"),
    ("10.0.0.1", nil, "10.0.0.1"), ("10.0.0.1", "", "10.0.0.1"),
    ("203.0.113.9", "198.51.100.1", "203.0.113.9"), ("", "198.51.100.1", ""),
  ])
  func believesNobodyElse(peer: String, forwardedFor: String?, client: String) throws {
    let proxies = try TrustedProxies("10.0.0.0/8")
    #expect(proxies.client(peer: peer, forwardedFor: forwardedFor) == client)
  }

  @Test func logsTheClientBehindAProxy() async throws {
    let service = try TestService {
      $0.trustedProxies = (try? TrustedProxies("127.0.0.1")) ?? .init()
    }
    try await service.test(.live) { client in
      let response = try await client.execute(
        uri: "/stats", method: .get, headers: [.forwardedFor: "192.0.2.1, 203.0.113.9"])
      #expect(response.status == .unauthorized)
    }
    let warning = try #require(service.log.entries.first { $0.level == .warning })
    #expect(warning.metadata["client"] == "203.0.113.9")
  }

  @Test func countsWrongKeysOfAnIPv6NetworkTogether() async throws {
    let service = try TestService {
      $0.trustedProxies = (try? TrustedProxies("127.0.0.1")) ?? .init()
    }
    try await service.test(.live) { client in
      let addresses = (0..<10).map { "2001:db8::\($0)" } + ["2001:db8::ffff", "2001:db8:0:1::1"]
      var statuses: [HTTPResponse.Status] = []
      for address in addresses {
        let response = try await client.execute(
          uri: "/stats", method: .get, headers: [.forwardedFor: address, .apiKey: "guess"])
        statuses.append(response.status)
      }
      #expect(statuses.prefix(10).allSatisfy { $0 == .unauthorized })
      #expect(statuses.suffix(2) == [.tooManyRequests, .unauthorized])
    }
  }
}
