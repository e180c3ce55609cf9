import Classification
import Dataset
import Testing

@testable import Imaging

/// The quick way of small grey PNG files, held against libspng, which decides of all others.
@Suite struct PlainPNGTests {
  private static func plain(_ file: [UInt8], limits: ImageLimits = ImageLimits()) -> Picture? {
    file.withUnsafeBufferPointer { PlainPNG.decode($0, limits: limits) }
  }

  private static func general(_ file: [UInt8]) throws -> Picture {
    try file.withUnsafeBufferPointer { (file) throws(ImagingError) in
      try PNGDecoder.decode(file, for: .photo, limits: ImageLimits())
    }
  }

  /// Pictures with edges and ramps in them, so that an encoder chooses every filter.
  private static func picture(
    width: Int, height: Int, _ generator: inout SeededGenerator
  ) -> [UInt8] {
    let (across, down) = (generator.integer(below: 9), generator.integer(below: 9))
    let noise = [0, 0, 3, 255][generator.integer(below: 4)]
    return (0..<width * height).map { index in
      let (x, y) = (index % width, index / width)
      let ramp = x * across + y * down + (x / 3 == y / 2 ? 90 : 0)
      return UInt8(truncatingIfNeeded: ramp + (noise == 0 ? 0 : generator.integer(below: noise)))
    }
  }

  @Test func decodesAsLibspngDoes() throws {
    var generator = SeededGenerator(seed: 11)
    for number in 0..<400 {
      let width = number == 0 ? 1 : 1 + generator.integer(below: 60)
      let height = number == 0 ? 1 : 1 + generator.integer(below: 60)
      let grey = Self.picture(width: width, height: height, &generator)
      let file = PNGEncoder.encode(grey: grey, width: width, height: height)
      let picture = try #require(Self.plain(file))
      #expect(picture.luminance == grey)
      #expect(picture.isGrey && picture.opacity == nil && picture.orientation == .up)
      #expect(try Self.general(file).luminance == grey)
    }
  }

  /// Whatever a file is like, it is decoded as libspng does, or left to it.
  @Test func whatIsNotRightIsLeftToLibspng() throws {
    var generator = SeededGenerator(seed: 12)
    for _ in 0..<40 {
      let grey = Self.picture(width: 12, height: 9, &generator)
      let file = PNGEncoder.encode(grey: grey, width: 12, height: 9)
      for place in file.indices {
        var changed = file
        changed[place] ^= UInt8(1 << generator.integer(below: 8))
        if let picture = Self.plain(changed) {
          #expect(try Self.general(changed).luminance == picture.luminance, "byte \(place)")
        }
        #expect(Self.plain(Array(file[..<place])) == nil)
      }
      #expect(Self.plain(file + [0]) == nil)
    }
  }

  @Test func otherKindsAreLeftToLibspng() throws {
    let samples = [UInt8](repeating: 7, count: 400)
    #expect(
      Self.plain(PNGEncoder.encode(rgb: Array(samples[..<300]), width: 10, height: 10)) == nil)
    #expect(Self.plain(PNGEncoder.encode(rgba: samples, width: 10, height: 10)) == nil)
    let large = [UInt8](repeating: 7, count: 300 * 300)
    #expect(Self.plain(PNGEncoder.encode(grey: large, width: 300, height: 300)) == nil)
    let small = PNGEncoder.encode(grey: samples, width: 20, height: 20)
    #expect(Self.plain(small) != nil)
    #expect(Self.plain(small, limits: ImageLimits(maximumPixels: 399)) == nil)
  }

  @Test func everyPictureOfTheTestSetComesBack() throws {
    let test = try FashionMNIST.test()
    for index in stride(from: 0, to: test.count, by: 50) {
      let tensor = test.tensor(at: index)
      #expect(Self.plain(tensor.pngData())?.luminance == tensor.bytes)
    }
  }
}
