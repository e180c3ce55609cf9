/// What a key may do. Each role may do all that the roles before it may.
public enum Role: String, CaseIterable, Sendable, Codable {
  /// Classify pictures.
  case predict
  /// Read history and statistics.
  case read
  /// Manage keys, models and training.
  case admin

  private var rank: Int {
    switch self {
    case .predict: 0
    case .read: 1
    case .admin: 2
    }
  }
}

extension Role: Comparable {
  /// Whether the first role may do less than the second.
  public static func < (first: Role, second: Role) -> Bool { first.rank < second.rank }
}
