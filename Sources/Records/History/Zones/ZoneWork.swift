/// When a store has zones to make.
struct ZoneWork: Sendable {
  /// Zones with predictions that came late which are made again for each ``ZoneLayout/size`` stored ones, at
  /// most: where most come late, summing up must not take longer than storing.
  static let renewals = 4

  private var stored = 0
  private(set) var isUnderWay = false
  private var renewed = 0
  /// Whether the store is about to be closed.
  var isClosed = false

  /// Notes that predictions were stored.
  ///
  /// - Returns: Whether to start making zones.
  mutating func note(_ count: Int, _ layout: ZoneLayout = .standard) -> Bool {
    stored += count
    return stored >= layout.size && start()
  }

  /// Whether to start making zones: not when somebody does already.
  mutating func start() -> Bool {
    guard !isUnderWay, !isClosed else { return false }
    (stored, renewed, isUnderWay) = (0, 0, true)
    return true
  }

  /// Whether to go on after a turn.
  mutating func goesOn(after turn: ZoneTurn) -> Bool {
    if turn == .renewed { renewed += 1 }
    isUnderWay = turn != .done && renewed < Self.renewals && !isClosed
    return isUnderWay
  }
}

/// What one turn has come to.
enum ZoneTurn: Sendable {
  /// A zone was made of the newest predictions.
  case made
  /// A zone was made again.
  case renewed
  /// There was nothing to do.
  case done
}
