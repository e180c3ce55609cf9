import Classification
import Imaging

/// Where the garment of a picture of the data set is: what its pixels' levels leave unsaid.
///
/// The data set's black is the ground, but a level between black and white may be a bright thread
/// on the edge, which the ground shines through, or grey cloth that hides it. Pixels beside the
/// ground are taken for the first, others for the second.
enum GarmentMatte {
  /// The brightest level of the ground: shrinking and sharpening left rings of a few levels in it.
  private static let groundLevel: UInt8 = 8
  /// The fewest connected dark pixels that are ground rather than white cloth.
  private static let smallestGround = 4

  /// The opacity of each pixel of a picture, from 0 to 1, row by row.
  static func opacities(of levels: [UInt8]) -> [Float] {
    let (width, height) = (ImageTensor.width, ImageTensor.height)
    let isGround = groundMask(of: levels)
    func neighbours(_ index: Int) -> [Int] {
      let (x, y) = (index % width, index / width)
      return (max(0, y - 1)...min(height - 1, y + 1)).flatMap { row in
        (max(0, x - 1)...min(width - 1, x + 1)).map { row * width + $0 }
      }
    }
    return levels.indices.map { index in
      if isGround[index] { return 0 }
      let around = neighbours(index)
      // Outside of the picture is ground too.
      guard around.count < 9 || around.contains(where: { isGround[$0] }) else { return 1 }
      let brightest = around.map { levels[$0] }.max() ?? levels[index]
      return Float(levels[index]) / Float(brightest)
    }
  }

  /// The dark pixels that hang together, side by side, in numbers.
  private static func groundMask(of levels: [UInt8]) -> [Bool] {
    let dark = Mask(
      width: ImageTensor.width, height: ImageTensor.height,
      contains: levels.map { $0 <= groundLevel })
    var isGround = [Bool](repeating: false, count: levels.count)
    for region in dark.regions() where region.count >= smallestGround {
      for index in region { isGround[index] = true }
    }
    return isGround
  }
}
