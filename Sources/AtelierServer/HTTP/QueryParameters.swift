import Foundation
import Hummingbird

/// The parameters of a request's query, as browsers write them: a space may be a plus sign.
///
/// Source: URL Standard, section 5.1, `application/x-www-form-urlencoded` parsing.
struct QueryParameters: Sendable {
  private let values: [String: String]

  /// Reads the query; of equal names the first counts.
  init(_ request: Request) {
    self.init(request.uri.query ?? "")
  }

  /// Takes parameters that came in another way.
  init(_ values: [String: String]) {
    self.values = values
  }

  /// The names of the parameters that are there, in order.
  var names: [String] { values.keys.sorted() }

  init(_ query: String) {
    values = query.split(separator: "&").reduce(into: [:]) { values, item in
      let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = Self.decode(parts[0])
      if values[name] == nil { values[name] = parts.count > 1 ? Self.decode(parts[1]) : "" }
    }
  }

  /// The value of a parameter; `nil` when it is absent.
  subscript(name: String) -> String? { values[name] }

  private static func decode(_ text: Substring) -> String {
    let spaced = String(text.map { $0 == "+" ? " " : $0 })
    return spaced.removingPercentEncoding ?? spaced
  }
}
