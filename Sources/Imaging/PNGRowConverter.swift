import CSpng

/// Turns the rows of a PNG, whose samples have 1 to 16 bits, into 8-bit samples.
struct PNGRowConverter {
  private enum Conversion {
    /// The samples have 8 bits already.
    case none
    /// One sample of `bits` (1 to 8) a pixel is the position of its RGBA colour.
    case lookup(bits: Int, colours: [(UInt8, UInt8, UInt8, UInt8)])
    /// Pixels of 8-bit RGB are opaque but for one colour.
    case key(red: UInt16, green: UInt16, blue: UInt16)
    /// Samples of 16 bits, `channels` a pixel, opaque but for one colour if there is a key.
    case wide(channels: Int, key: [UInt16]?)
  }

  /// The layout of the 8-bit samples.
  let layout: PixelLayout
  private let conversion: Conversion
  private let clipsWideGrey: Bool

  /// Chooses the conversion of a file.
  ///
  /// - Parameter clipsWideGrey: Whether 16-bit grey levels above 255 become white, as in Pillow,
  ///   where they are otherwise scaled.
  init(
    header: spng_ihdr, palette: spng_plte?, transparency: spng_trns?, clipsWideGrey: Bool
  ) {
    let bits = Int(header.bit_depth)
    let type = spng_color_type(UInt32(header.color_type))
    self.clipsWideGrey = clipsWideGrey && type == SPNG_COLOR_TYPE_GRAYSCALE
    switch type {
    case SPNG_COLOR_TYPE_INDEXED:
      layout = .rgba
      conversion = .lookup(
        bits: bits, colours: Self.colours(palette: palette, transparency: transparency))
    case SPNG_COLOR_TYPE_GRAYSCALE where bits == 16:
      layout = transparency == nil ? .grey : .greyOpacity
      conversion = .wide(channels: 1, key: transparency.map { [$0.gray] })
    case SPNG_COLOR_TYPE_GRAYSCALE where bits < 8 || transparency != nil:
      layout = .rgba
      conversion = .lookup(bits: bits, colours: Self.greys(bits: bits, key: transparency?.gray))
    case SPNG_COLOR_TYPE_GRAYSCALE:
      layout = .grey
      conversion = .none
    case SPNG_COLOR_TYPE_GRAYSCALE_ALPHA:
      layout = .greyOpacity
      conversion = bits == 16 ? .wide(channels: 2, key: nil) : .none
    case SPNG_COLOR_TYPE_TRUECOLOR:
      layout = transparency == nil ? .rgb : .rgba
      if bits == 16 {
        conversion = .wide(channels: 3, key: transparency.map { [$0.red, $0.green, $0.blue] })
      } else if let key = transparency {
        conversion = .key(red: key.red, green: key.green, blue: key.blue)
      } else {
        conversion = .none
      }
    default:
      layout = .rgba
      conversion = bits == 16 ? .wide(channels: 4, key: nil) : .none
    }
  }

  /// A buffer for ``convert(_:y:of:samples:)`` to work in.
  func makeBuffer(width: Int) -> [UInt8] {
    if case .none = conversion { return [] }
    return [UInt8](repeating: 255, count: width * layout.samplesPerPixel)
  }

  /// Sets a row of a picture.
  func convert(
    _ row: UnsafeRawBufferPointer, y: Int, of picture: inout Picture, samples: inout [UInt8]
  ) {
    switch conversion {
    case .none:
      picture.setRow(y, to: row.assumingMemoryBound(to: UInt8.self), layout: layout)
      return
    case .lookup(let bits, let colours):
      Self.lookUp(row, bits: bits, in: colours, into: &samples)
    case .key(let red, let green, let blue):
      for x in 0..<picture.width {
        let pixel = (row[3 * x], row[3 * x + 1], row[3 * x + 2])
        (samples[4 * x], samples[4 * x + 1], samples[4 * x + 2]) = pixel
        samples[4 * x + 3] =
          (UInt16(pixel.0), UInt16(pixel.1), UInt16(pixel.2)) == (red, green, blue) ? 0 : 255
      }
    case .wide(let channels, let key):
      narrow(row, channels: channels, key: key, into: &samples)
    }
    samples.withUnsafeBufferPointer { picture.setRow(y, to: $0, layout: layout) }
  }

  private static func lookUp(
    _ row: UnsafeRawBufferPointer, bits: Int, in colours: [(UInt8, UInt8, UInt8, UInt8)],
    into samples: inout [UInt8]
  ) {
    let mask = UInt8(truncatingIfNeeded: (1 << bits) - 1)
    for x in 0..<samples.count / 4 {
      let position = x * bits
      let index = row[position / 8] >> UInt8(8 - bits - position % 8) & mask
      (samples[4 * x], samples[4 * x + 1], samples[4 * x + 2], samples[4 * x + 3]) =
        colours[Int(index)]
    }
  }

  private func narrow(
    _ row: UnsafeRawBufferPointer, channels: Int, key: [UInt16]?, into samples: inout [UInt8]
  ) {
    let wide = row.assumingMemoryBound(to: UInt16.self)
    let stride = layout.samplesPerPixel
    for x in 0..<samples.count / stride {
      for channel in 0..<channels {
        let sample = wide[x * channels + channel]
        samples[x * stride + channel] =
          clipsWideGrey ? UInt8(clamping: sample) : UInt8(truncatingIfNeeded: sample >> 8)
      }
      if let key {
        let isKey = (0..<channels).allSatisfy { wide[x * channels + $0] == key[$0] }
        samples[x * stride + channels] = isKey ? 0 : 255
      }
    }
  }

  /// The 256 colours of a palette: black beyond its end, as in Pillow.
  private static func colours(
    palette: spng_plte?, transparency: spng_trns?
  ) -> [(UInt8, UInt8, UInt8, UInt8)] {
    var colours = Array(repeating: (UInt8(0), UInt8(0), UInt8(0), UInt8(255)), count: 256)
    guard let palette else { return colours }
    withUnsafeBytes(of: palette.entries) { entries in
      for (index, entry) in entries.bindMemory(to: spng_plte_entry.self)
        .prefix(Int(palette.n_entries)).enumerated()
      {
        colours[index] = (entry.red, entry.green, entry.blue, 255)
      }
    }
    if let transparency {
      withUnsafeBytes(of: transparency.type3_alpha) { opacities in
        for index in 0..<min(Int(transparency.n_type3_entries), 256) {
          colours[index].3 = opacities[index]
        }
      }
    }
    return colours
  }

  /// The grey levels of samples of 1, 2, 4 or 8 bits, spread evenly from black to white.
  private static func greys(bits: Int, key: UInt16?) -> [(UInt8, UInt8, UInt8, UInt8)] {
    let white = (1 << bits) - 1
    return (0...white).map { level in
      let grey = UInt8(level * 255 / white)
      return (grey, grey, grey, key.map(Int.init) == level ? 0 : 255)
    }
  }
}
