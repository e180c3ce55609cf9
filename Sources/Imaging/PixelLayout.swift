/// Which 8-bit samples make up a pixel, in the order in which they follow each other.
enum PixelLayout {
  case grey
  case greyOpacity
  case rgb
  case rgba
  /// Cyan, magenta, yellow and black, 255 where there is no ink, as Adobe's programs write them.
  case invertedCMYK

  var samplesPerPixel: Int {
    switch self {
    case .grey: 1
    case .greyOpacity: 2
    case .rgb: 3
    case .rgba, .invertedCMYK: 4
    }
  }

  /// Where in a pixel the opacity is.
  var opacityPosition: Int? {
    switch self {
    case .greyOpacity: 1
    case .rgba: 3
    case .grey, .rgb, .invertedCMYK: nil
    }
  }

  /// Computes the luminance of each pixel of a row.
  ///
  /// - Returns: Whether any of them has a colour.
  func luminance(
    of samples: UnsafeBufferPointer<UInt8>, into row: UnsafeMutableBufferPointer<UInt8>
  ) -> Bool {
    switch self {
    case .grey:
      _ = row.update(fromContentsOf: UnsafeBufferPointer(rebasing: samples[..<row.count]))
      return false
    case .greyOpacity:
      for x in row.indices { row[x] = samples[2 * x] }
      return false
    case .rgb: return Self.luminance(of: samples, stride: 3, into: row)
    case .rgba: return Self.luminance(of: samples, stride: 4, into: row)
    case .invertedCMYK:
      for x in row.indices {
        let black = samples[4 * x + 3]
        row[x] = Self.luminance(
          red: Self.light(through: samples[4 * x], black: black),
          green: Self.light(through: samples[4 * x + 1], black: black),
          blue: Self.light(through: samples[4 * x + 2], black: black))
      }
      return true
    }
  }

  @inline(__always)
  private static func luminance(
    of samples: UnsafeBufferPointer<UInt8>, stride: Int, into row: UnsafeMutableBufferPointer<UInt8>
  ) -> Bool {
    var colour: UInt8 = 0
    for x in row.indices {
      let red = samples[x &* stride]
      let green = samples[x &* stride &+ 1]
      let blue = samples[x &* stride &+ 2]
      colour |= (red ^ green) | (green ^ blue)
      row[x] = luminance(red: red, green: green, blue: blue)
    }
    return colour != 0
  }

  /// The luma of ITU-R BT.601 (0.299, 0.587, 0.114) in 16-bit fixed point, rounded: the weights
  /// and the rounding of Pillow.
  @inline(__always)
  static func luminance(red: UInt8, green: UInt8, blue: UInt8) -> UInt8 {
    let sum = UInt32(red) &* 19_595 &+ UInt32(green) &* 38_470 &+ UInt32(blue) &* 7_471
    return UInt8(truncatingIfNeeded: (sum &+ 0x8000) >> 16)
  }

  /// The light that an ink and black let through, `black - (255 - ink) * black / 255`, rounded as
  /// Pillow does.
  @inline(__always)
  private static func light(through ink: UInt8, black: UInt8) -> UInt8 {
    let product = UInt32(255 - ink) &* UInt32(black) &+ 128
    return black &- UInt8(truncatingIfNeeded: ((product >> 8) &+ product) >> 8)
  }
}
