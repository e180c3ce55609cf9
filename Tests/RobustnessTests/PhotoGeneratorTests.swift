import Classification
import Dataset
import Imaging
import Robustness
import Testing

@Suite struct PhotoGeneratorTests {
  private static let images = Result { try FashionMNIST.test().selecting(0..<12) }

  @Test(arguments: PhotoCorruption.allCases)
  func photographsFollowFromTheirSeed(corruption: PhotoCorruption) throws {
    let images = try Self.images.get()
    let generator = PhotoGenerator(seed: 1, longerSide: 60...120)
    let other = PhotoGenerator(seed: 2, longerSide: 60...120)
    for index in 0..<1 {
      let file = generator.photograph(of: index, in: images, corruption: corruption)
      let isSame = file == generator.photograph(of: index, in: images, corruption: corruption)
      #expect(isSame)
      let isOther = file != other.photograph(of: index, in: images, corruption: corruption)
      #expect(isOther)
      _ = try Preprocessor().prepare(file, with: .classic)
    }
  }

  /// A photograph of the garment alone, prepared again, is the picture it was made of.
  @Test(arguments: [PhotoCorruption.darkGround, .lightGround, .alpha, .exifOrientation])
  func photographsComeBackAsThePicture(corruption: PhotoCorruption) throws {
    let images = try Self.images.get()
    let generator = PhotoGenerator(seed: 3, longerSide: 100...200)
    var recognised = 0
    for index in 0..<images.count {
      let file = generator.photograph(of: index, in: images, corruption: corruption)
      let tensor = try Preprocessor().prepare(file, with: .photo).tensor
      let nearest = (0..<images.count).min {
        distance(tensor.pixels, images.tensor(at: $0).pixels)
          < distance(tensor.pixels, images.tensor(at: $1).pixels)
      }
      if nearest == index { recognised += 1 }
    }
    #expect(recognised >= 10, "\(recognised) of \(images.count)")
  }

  @Test func everyKindLooksDifferent() throws {
    let images = try Self.images.get()
    let generator = PhotoGenerator(seed: 1, longerSide: 60...61)
    let files = PhotoCorruption.allCases.map {
      generator.photograph(of: 0, in: images, corruption: $0)
    }
    #expect(Set(files).count == files.count)
  }

  private func distance(_ one: [Float], _ other: [Float]) -> Float {
    zip(one, other).reduce(0) { $0 + abs($1.0 - $1.1) }
  }
}
