/// What a new key should be, checked.
public struct KeyRequest: Sendable, Hashable {
  /// Whom or what the key is for.
  public let name: String
  /// What the key may do.
  public let role: Role
  /// Days until the key stops working; `nil` for never.
  public let expiresInDays: Int?
  /// Requests a minute the key may make; `nil` leaves it to the service's configuration.
  public let requestsPerMinute: Int?

  /// The most bytes of a name.
  public static let nameLimit = 255
  /// The days a key may last.
  public static let days = 1...36_500
  /// The limits a key may have.
  public static let rates = 1...1_000_000

  /// Checks the values of a new key.
  ///
  /// - Throws: ``KeyError/unusable(reason:)``, which says what is wrong with which value.
  public init(
    name: String, role: Role, expiresInDays: Int? = nil, requestsPerMinute: Int? = nil
  ) throws(KeyError) {
    let isPlain = name.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    guard name.contains(where: { !$0.isWhitespace }), name.utf8.count <= Self.nameLimit, isPlain
    else {
      throw .unusable(
        reason:
          "the name must be a text of 1 to \(Self.nameLimit) bytes, without control characters"
      )
    }
    guard expiresInDays.map(Self.days.contains) ?? true else {
      throw .unusable(
        reason: "the days until it expires must be from \(Self.days.lowerBound) to "
          + "\(Self.days.upperBound)")
    }
    guard requestsPerMinute.map(Self.rates.contains) ?? true else {
      throw .unusable(
        reason: "the requests a minute must be from \(Self.rates.lowerBound) to "
          + "\(Self.rates.upperBound)")
    }
    self.name = name
    self.role = role
    self.expiresInDays = expiresInDays
    self.requestsPerMinute = requestsPerMinute
  }
}
