/// One picture as every engine sees it: 28 by 28 grey levels from 0 (black) to 1 (white), row by
/// row from the top left.
public struct ImageTensor: Sendable, Hashable {
  /// Pixels in a row.
  public static let width = 28
  /// Rows.
  public static let height = 28
  /// Pixels in the picture.
  public static let elementCount = width * height

  /// The 784 grey levels, row-major.
  public let pixels: [Float]

  /// Creates a tensor from 784 grey levels, row-major.
  ///
  /// - Precondition: `pixels` has ``elementCount`` elements.
  public init(pixels: [Float]) {
    precondition(pixels.count == Self.elementCount, "an image tensor has 28x28 pixels")
    self.pixels = pixels
  }

  /// The grey levels as bytes, each rounded to the nearest of 256.
  public var bytes: [UInt8] {
    pixels.map { pixel in
      let level = max(0, min(255, pixel * 255))
      // To the nearest, half up, without a call of the library for each pixel.
      let whole = Int32(level)
      return UInt8(truncatingIfNeeded: whole + (level - Float(whole) >= 0.5 ? 1 : 0))
    }
  }

  /// The picture seen in a mirror: left and right exchanged.
  public var mirrored: ImageTensor {
    ImageTensor(
      pixels: stride(from: 0, to: Self.elementCount, by: Self.width).flatMap { row in
        pixels[row..<row + Self.width].reversed()
      })
  }

  /// Creates a tensor from 784 bytes, each divided by 255.
  ///
  /// - Precondition: `bytes` has ``elementCount`` elements.
  public init(bytes: some Collection<UInt8>) {
    self.init(
      pixels: bytes.withContiguousStorageIfAvailable(Self.levels)
        ?? bytes.map { Float($0) / 255 })
  }

  /// The bytes divided by 255, several at a time.
  private static func levels(of bytes: UnsafeBufferPointer<UInt8>) -> [Float] {
    [Float](unsafeUninitializedCapacity: bytes.count) { levels, count in
      for index in bytes.indices { levels[index] = Float(bytes[index]) / 255 }
      count = bytes.count
    }
  }
}
