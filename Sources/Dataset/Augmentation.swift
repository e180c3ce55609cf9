import Classification

/// Random changes of a training picture that leave its class as it is, so that a network sees more
/// pictures than there are.
public struct Augmentation: Sendable, Hashable, Codable {
  /// Whether pictures are mirrored, left to right, half of the time.
  public var flips: Bool
  /// The largest shift in each direction, in pixels; what moves in is black.
  public var shift: Int
  /// How often a random rectangle is filled with noise (Zhong et al., *Random Erasing Data
  /// Augmentation*, 2017), from 0 to 1.
  public var erasing: Double

  /// Creates an augmentation.
  public init(flips: Bool = true, shift: Int = 2, erasing: Double = 0) {
    self.flips = flips
    self.shift = shift
    self.erasing = erasing
  }

  /// Pictures as they are.
  public static let none = Augmentation(flips: false, shift: 0, erasing: 0)

  /// Appends a changed picture, as grey levels from 0 to 1, to a batch.
  public func append(
    _ image: ArraySlice<UInt8>, to batch: inout [Float], using generator: inout SeededGenerator
  ) {
    let isFlipped = flips && generator.unit() < 0.5
    let down = shift > 0 ? generator.integer(below: 2 * shift + 1) - shift : 0
    let right = shift > 0 ? generator.integer(below: 2 * shift + 1) - shift : 0
    let start = batch.count
    image.withUnsafeBufferPointer { source in
      for y in 0..<ImageTensor.height {
        let sourceY = y - down
        for x in 0..<ImageTensor.width {
          let moved = x - right
          let sourceX = isFlipped ? ImageTensor.width - 1 - moved : moved
          let isInside =
            (0..<ImageTensor.height).contains(sourceY) && (0..<ImageTensor.width).contains(sourceX)
          let level = isInside ? source[sourceY * ImageTensor.width + sourceX] : 0
          batch.append(Float(level) / 255)
        }
      }
    }
    if erasing > 0 && generator.unit() < erasing {
      erase(from: start, of: &batch, using: &generator)
    }
  }

  /// Fills a rectangle of 2 to 33 % of the area, with sides in a ratio of up to 10 to 3, with noise.
  private func erase(
    from start: Int, of batch: inout [Float], using generator: inout SeededGenerator
  ) {
    let area = (0.02 + 0.31 * generator.unit()) * Double(ImageTensor.elementCount)
    let ratio = 0.3 + (1 / 0.3 - 0.3) * generator.unit()
    let height = min(max(Int((area * ratio).squareRoot()), 1), ImageTensor.height)
    let width = min(max(Int((area / ratio).squareRoot()), 1), ImageTensor.width)
    let top = generator.integer(below: ImageTensor.height - height + 1)
    let left = generator.integer(below: ImageTensor.width - width + 1)
    for y in top..<top + height {
      for x in left..<left + width {
        batch[start + y * ImageTensor.width + x] = Float(generator.unit())
      }
    }
  }
}
