import CPixels

/// Which 8-bit samples make up a pixel, in the order in which they follow each other.
enum PixelLayout {
  case grey
  case greyOpacity
  case rgb
  case rgba
  /// Red, green, blue, and a byte that means nothing.
  case rgbx
  /// Cyan, magenta, yellow and black, 255 where there is no ink, as Adobe's programs write them.
  case invertedCMYK

  var samplesPerPixel: Int {
    switch self {
    case .grey: 1
    case .greyOpacity: 2
    case .rgb: 3
    case .rgba, .rgbx, .invertedCMYK: 4
    }
  }

  /// Where in a pixel the opacity is.
  var opacityPosition: Int? {
    switch self {
    case .greyOpacity: 1
    case .rgba: 3
    case .grey, .rgb, .rgbx, .invertedCMYK: nil
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
    case .rgb: return Self.luminance(ofTriples: samples, into: row)
    case .rgba, .rgbx: return cpixels_luminance(samples.baseAddress, row.count, row.baseAddress)
    case .invertedCMYK:
      for x in row.indices {
        let black = samples[4 * x + 3]
        row[x] = Self.luminance(
          red: UInt32(Self.light(through: samples[4 * x], black: black)),
          green: UInt32(Self.light(through: samples[4 * x + 1], black: black)),
          blue: UInt32(Self.light(through: samples[4 * x + 2], black: black)))
      }
      return true
    }
  }

  private static func luminance(
    ofTriples samples: UnsafeBufferPointer<UInt8>, into row: UnsafeMutableBufferPointer<UInt8>
  ) -> Bool {
    var colour: UInt8 = 0
    for x in row.indices {
      let red = samples[3 &* x]
      let green = samples[3 &* x &+ 1]
      let blue = samples[3 &* x &+ 2]
      colour |= (red ^ green) | (green ^ blue)
      row[x] = luminance(red: UInt32(red), green: UInt32(green), blue: UInt32(blue))
    }
    return colour != 0
  }

  /// The luma of ITU-R BT.601 (0.299, 0.587, 0.114) in 16-bit fixed point, rounded: the weights
  /// and the rounding of Pillow.
  @inline(__always)
  private static func luminance(red: UInt32, green: UInt32, blue: UInt32) -> UInt8 {
    let sum = red &* 19_595 &+ green &* 38_470 &+ blue &* 7_471
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
