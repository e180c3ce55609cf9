/// A version that a share of the requests is answered by, to see how it does.
public struct Canary: Sendable, Hashable {
  /// The version's name.
  public let version: String
  /// How many of 10,000 requests.
  public let requestsOfTenThousand: Int

  /// The share, from 0 to 1.
  public var share: Double { Double(requestsOfTenThousand) / 10_000 }

  /// Reads a version and its share in percent, such as `v3=10%`; `nil` when the text is anything else, or
  /// the share not from 0.01 to 100.
  public init?(_ text: String) {
    guard let match = text.wholeMatch(of: #/(.+)=(\d{1,3}(?:\.\d{1,2})?)%?/#),
      let percent = Double(match.output.2)
    else { return nil }
    let parts = Int((percent * 100).rounded())
    guard (1...10_000).contains(parts) else { return nil }
    version = String(match.output.1)
    requestsOfTenThousand = parts
  }

  /// Whether it answers a request, by the request's number: of any 10,000 in a row as many as it should,
  /// evenly spread.
  func answers(request number: Int) -> Bool {
    let place = number % 10_000
    return place * requestsOfTenThousand / 10_000
      != (place + 1) * requestsOfTenThousand / 10_000
  }
}
