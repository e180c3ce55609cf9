/// The sums over points from which a plane is fitted to their levels.
struct Moments {
  private var count = 0.0
  private var (x, y, level) = (0.0, 0.0, 0.0)
  private var (xx, xy, yy) = (0.0, 0.0, 0.0)
  private var (xLevel, yLevel) = (0.0, 0.0)

  /// Adds a point.
  mutating func add(x: Double, y: Double, level: Double) {
    count += 1
    self.x += x
    self.y += y
    self.level += level
    xx += x * x
    xy += x * y
    yy += y * y
    xLevel += x * level
    yLevel += y * level
  }

  /// The plane with the least squared errors, as its level at the origin and what it rises to the
  /// right and downwards; `nil` without points.
  ///
  /// - Parameter isLevel: Whether it must not rise.
  func plane(isLevel: Bool) -> (level: Double, right: Double, down: Double)? {
    guard count > 0 else { return nil }
    let (xx, xy, yy) = (xx - x * x / count, xy - x * y / count, yy - y * y / count)
    let (xLevel, yLevel) = (xLevel - x * level / count, yLevel - y * level / count)
    let determinant = xx * yy - xy * xy
    // Points in one line say nothing of the other direction.
    let isFlat = isLevel || determinant <= 1e-3 * (xx + yy) * count
    let right = isFlat ? 0 : (xLevel * yy - yLevel * xy) / determinant
    let down = isFlat ? 0 : (yLevel * xx - xLevel * xy) / determinant
    return ((level - right * x - down * y) / count, right, down)
  }
}
