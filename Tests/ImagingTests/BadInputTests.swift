import Dataset
import Imaging
import Testing

@Suite struct BadInputTests {
  @Test(arguments: Preprocessing.allCases)
  func whatIsNoPictureIsRefused(preprocessing: Preprocessing) {
    let preprocessor = Preprocessor()
    #expect(throws: ImagingError.empty) { try preprocessor.prepare([], with: preprocessing) }
    for text in ["hello", "\u{89}PNG but not quite", "RIFF....WAVE", "GIF89a", "%PDF-1.7"] {
      #expect(throws: ImagingError.unsupportedType) {
        try preprocessor.prepare(Array(text.utf8), with: preprocessing)
      }
    }
  }

  @Test func everyPrefixOfAFileIsRefused() throws {
    for picture in try Oracle.shared.get().small {
      _ = try Preprocessor().prepare(picture.bytes, with: .classic)
      for length in picture.bytes.indices {
        #expect(throws: ImagingError.self, "\(picture.name), \(length) bytes") {
          try Preprocessor().prepare(Array(picture.bytes[..<length]), with: .classic)
        }
      }
      let half = Array(picture.bytes[..<(picture.bytes.count - 3)])
      let format = try #require(ImageFormat(detecting: picture.bytes))
      #expect(throws: ImagingError.truncated(format), "\(picture.name)") {
        try Preprocessor().prepare(half)
      }
    }
  }

  @Test func changedBytesNeverCrash() throws {
    var generator = SeededGenerator(seed: 7)
    var refused = 0
    var decoded = 0
    for picture in try Oracle.shared.get().small {
      for index in 0..<400 {
        var bytes = picture.bytes
        for _ in 0...generator.integer(below: 3) {
          bytes[generator.integer(below: bytes.count)] = UInt8(generator.integer(below: 256))
        }
        do {
          // Small limits, so that a changed size does not take a second.
          let preprocessor = Preprocessor(limits: ImageLimits(maximumPixels: 100_000))
          _ = try preprocessor.prepare(bytes, with: index % 2 == 0 ? .classic : .photo)
          decoded += 1
        } catch {
          #expect(!error.description.isEmpty)
          refused += 1
        }
      }
    }
    #expect(refused > 500)
    #expect(decoded > 500)
  }

  @Test func filesThatAskForTooMuchGetTheErrorTheyDeserve() throws {
    for picture in try Oracle.shared.get().hostile {
      let error = try #require(throws: ImagingError.self, "\(picture.name)") {
        try Preprocessor().prepare(picture.bytes)
      }
      let name = try #require(Mirror(reflecting: error).children.first?.label)
      #expect(picture.name.hasPrefix(name + "-"), "\(picture.name): \(error)")
    }
  }

  @Test func limitsAreAsSet() throws {
    let png = PNGEncoder.encode(grey: [UInt8](repeating: 9, count: 600), width: 30, height: 20)
    let exact = ImageLimits(maximumPixels: 600, maximumSide: 30, maximumMetadataSize: 0)
    _ = try Preprocessor(limits: exact).prepare(png)
    for limits in [ImageLimits(maximumPixels: 599), ImageLimits(maximumSide: 29)] {
      #expect(throws: ImagingError.tooLarge(width: 30, height: 20, limits: limits)) {
        try Preprocessor(limits: limits).prepare(png)
      }
    }
  }
}
