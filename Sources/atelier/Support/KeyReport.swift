import APIKeys
import Foundation

/// A key as the command line shows it: never with its hash, and with its secret only when it is new.
struct KeyReport: Encodable {
  let id: String
  let name: String
  let role: Role
  let state: KeyState
  let created: Date?
  let expires: Date?
  let requestsPerMinute: Int?
  let secret: String?

  init(_ key: APIKey, secret: String? = nil) {
    id = key.id
    name = key.name
    role = key.role
    state = key.state()
    created = key.created
    expires = key.expires
    requestsPerMinute = key.requestsPerMinute
    self.secret = secret
  }
}
