import APIKeys
import Foundation

/// A key as the API shows it: never with its hash.
struct KeyAnswer: Sendable {
  let key: APIKey
  /// Whether it comes from the configuration.
  let isConfigured: Bool
  /// The identity of the key that asks.
  let callerID: String?

  var json: OrderedJSON {
    [
      "id": .string(key.id),
      "name": .string(key.name),
      "role": .string(key.role.rawValue),
      "state": .string(key.state().rawValue),
      "created": Self.time(key.created),
      "expires": Self.time(key.expires),
      "revoked": Self.time(key.revoked),
      "requests_per_minute": key.requestsPerMinute.map { .integer($0) } ?? .null,
      "configured": .boolean(isConfigured),
      "current": .boolean(key.id == callerID),
    ]
  }

  private static func time(_ date: Date?) -> OrderedJSON {
    date.map { .string($0.formatted(.iso8601)) } ?? .null
  }
}
