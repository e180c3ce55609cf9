import Classification
import Imaging

/// A garment of the data set, six times its size, dark on a light ground.
struct Scene {
  static let side = 224
  private static let scale = 6
  private static let margin = (side - scale * ImageTensor.width) / 2

  /// A byte a pixel.
  let levels: [UInt8]

  /// - Parameters:
  ///   - hasShadow: Whether a blurred shadow falls to the right of the garment and below.
  ///   - rise: How much brighter the ground becomes from the upper left to the lower right.
  init(garment: ImageTensor, hasShadow: Bool, rise: Float) {
    func cover(_ x: Float, _ y: Float) -> Float {
      let (column, row) = (Int(x.rounded(.down)), Int(y.rounded(.down)))
      guard (0..<ImageTensor.width).contains(column), (0..<ImageTensor.height).contains(row) else {
        return 0
      }
      return garment.pixels[row * ImageTensor.width + column]
    }
    levels = (0..<Self.side * Self.side).map { index in
      let x = Float(index % Self.side - Self.margin) / Float(Self.scale)
      let y = Float(index / Self.side - Self.margin) / Float(Self.scale)
      let way = Float(index % Self.side + index / Self.side) / Float(2 * Self.side)
      var ground = 240 + rise * way
      if hasShadow {
        // The mean of 7x7 places around the one that casts the shadow here.
        var shade: Float = 0
        for down in -3...3 {
          for right in -3...3 {
            let place = (x - 2.5 + 0.7 * Float(right), y - 2.5 + 0.7 * Float(down))
            if cover(place.0, place.1) > 0 { shade += 1 / 49 }
          }
        }
        ground *= 1 - 0.25 * shade
      }
      let level = cover(x, y)
      return UInt8(max(0, min(255, level > 0 ? min(ground, 255 - 255 * level) : ground)))
    }
  }

  /// The picture as a PNG file.
  var png: [UInt8] { PNGEncoder.encode(grey: levels, width: Self.side, height: Self.side) }
}
