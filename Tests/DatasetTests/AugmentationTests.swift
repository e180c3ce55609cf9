import Classification
import Dataset
import Testing

@Suite struct AugmentationTests {
  /// A picture whose pixels are all different from black.
  let picture = (0..<784).map { UInt8($0 % 255 + 1) }

  @Test func noneLeavesPicturesAsTheyAre() {
    var generator = SeededGenerator(seed: 1)
    #expect(changed(.none, &generator) == ImageTensor(bytes: picture).pixels)
  }

  @Test func flippingMirrorsHalfOfThePictures() {
    let mirrored = (0..<28).flatMap { y in (0..<28).map { Float(picture[y * 28 + 27 - $0]) / 255 } }
    var generator = SeededGenerator(seed: 2)
    let augmentation = Augmentation(flips: true, shift: 0)
    let results = (0..<200).map { _ in changed(augmentation, &generator) }
    #expect(Set(results) == [mirrored, ImageTensor(bytes: picture).pixels])
    #expect((70...130).contains(results.count { $0 == mirrored }))
  }

  @Test func shiftsMoveBlackIn() {
    var generator = SeededGenerator(seed: 3)
    let augmentation = Augmentation(flips: false, shift: 2)
    let blackCounts = Set(
      (0..<500).map { _ in changed(augmentation, &generator).count { $0 == 0 } })
    // Rows and columns of black for each combination of shifts of 0, 1 and 2.
    #expect(
      blackCounts
        == Set((0...2).flatMap { y in (0...2).map { x in 784 - (28 - y) * (28 - x) } }))
  }

  @Test func erasingChangesARectangle() {
    var generator = SeededGenerator(seed: 4)
    let augmentation = Augmentation(flips: false, shift: 0, erasing: 1)
    let original = ImageTensor(bytes: picture).pixels
    for _ in 0..<200 {
      let result = changed(augmentation, &generator)
      #expect(result.allSatisfy { (0...1).contains($0) })
      let erased = result.indices.filter { result[$0] != original[$0] }
      #expect((1...784 * 2 / 5).contains(erased.count))
      let rows = erased.map { $0 / 28 }
      let columns = erased.map { $0 % 28 }
      let height = (rows.max() ?? 0) - (rows.min() ?? 0) + 1
      let width = (columns.max() ?? 0) - (columns.min() ?? 0) + 1
      #expect(height * width == erased.count)
    }
  }

  private func changed(
    _ augmentation: Augmentation, _ generator: inout SeededGenerator
  ) -> [Float] {
    var batch: [Float] = []
    augmentation.append(picture[...], to: &batch, using: &generator)
    return batch
  }
}
