import APIKeys
import Foundation
import Hummingbird

extension KeyRequest {
  private static let bodyLimit = 4_096

  /// Reads the body that asks for a key: `{"name": "shop", "role": "predict"}`, and perhaps
  /// `expires_in_days` and `requests_per_minute`.
  ///
  /// - Throws: ``APIError`` when the body is too large, no JSON, or has an unusable value.
  init(_ request: Request) async throws(APIError) {
    let (members, data) = try await request.collectJSONObject(
      upTo: Self.bodyLimit, example: #"{"name": "shop", "role": "predict"}"#)
    let names: Set = ["name", "role", "expires_in_days", "requests_per_minute"]
    if let unknown = members.keys.sorted().first(where: { !names.contains($0) }) {
      throw .invalidParameter(
        "there is no member \(unknown.prefix(32)); there are \(names.sorted().joined(separator: ", "))"
      )
    }
    guard let name = members["name"] as? String else {
      throw .invalidParameter("name must be a text that says whom or what the key is for")
    }
    guard let role = (members["role"] as? String).flatMap(Role.init(rawValue:)) else {
      let roles = Role.allCases.map(\.rawValue).joined(separator: ", ")
      throw .invalidParameter("role must be one of \(roles)")
    }
    guard let numbers = try? JSONDecoder().decode(Numbers.self, from: data) else {
      throw .invalidParameter(
        "expires_in_days and requests_per_minute must be whole numbers, or null")
    }
    do throws(KeyError) {
      try self.init(
        name: name, role: role, expiresInDays: numbers.expiresInDays,
        requestsPerMinute: numbers.requestsPerMinute)
    } catch {
      throw .invalidParameter(error.description)
    }
  }

  /// The members that may be absent.
  private struct Numbers: Decodable {
    var expiresInDays: Int?
    var requestsPerMinute: Int?

    private enum CodingKeys: String, CodingKey {
      case expiresInDays = "expires_in_days"
      case requestsPerMinute = "requests_per_minute"
    }
  }
}
