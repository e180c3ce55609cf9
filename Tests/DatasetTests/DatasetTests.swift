import Dataset
import Foundation
import Testing

@Suite struct DatasetTests {
  @Test func theStandardDataSetIsWhole() throws {
    let dataset = try FashionMNIST()
    #expect(dataset.training.count == 60_000)
    #expect(try dataset.training.classCounts(classCount: 10) == Array(repeating: 6_000, count: 10))
    #expect(try dataset.test.classCounts(classCount: 10) == Array(repeating: 1_000, count: 10))
    // The first test picture is an ankle boot.
    #expect(dataset.test.labels[0] == 9)

    let split = try Split(dataset.training)
    #expect(split.training.count == 55_000)
    #expect(try split.validation.classCounts(classCount: 10) == Array(repeating: 500, count: 10))
    #expect(try Split(dataset.training).validation == split.validation)
  }

  @Test func splitKeepsEveryPictureOnceAndItsLabel() throws {
    let images = pictures(count: 103, classes: 4)
    let split = try Split(images, classCount: 4, validationCount: 30, seed: 5)
    #expect(split.validation.count == 30)
    let all = [split.training, split.validation].flatMap { part in
      (0..<part.count).map { [part.labels[$0]] + part.image(at: $0) }
    }
    #expect(Set(all) == Set((0..<103).map { [images.labels[$0]] + images.image(at: $0) }))
    #expect(
      try Split(images, classCount: 4, validationCount: 30, seed: 6).validation != split.validation)
  }

  @Test func unusableDataSetsAreRefused() {
    #expect(throws: DatasetError.tooSmall(pictures: 5, needed: 6)) {
      try Split(pictures(count: 5, classes: 2), classCount: 2, validationCount: 5)
    }
    #expect(throws: DatasetError.labelOutOfRange(label: 2, index: 2, classes: 2)) {
      try Split(pictures(count: 8, classes: 4), classCount: 2, validationCount: 2)
    }
    #expect(throws: DatasetError.classMissing(label: 2, split: "training")) {
      try Split(pictures(count: 8, classes: 2), classCount: 3, validationCount: 2)
    }
  }

  @Test(arguments: ["", ".gz"])
  func filesComeBackAsWritten(suffix: String) throws {
    try withTemporaryDirectory { directory in
      let images = pictures(count: 9, classes: 3)
      let files = [
        directory.appending(path: "i" + suffix), directory.appending(path: "l" + suffix),
      ]
      try IDXFile.write(images, images: files[0], labels: files[1])
      #expect(try IDXFile.read(images: files[0], labels: files[1]) == images)
    }
  }

  @Test func damagedFilesAreRefused() throws {
    try withTemporaryDirectory { directory in
      let images = directory.appending(path: "images.gz")
      let labels = directory.appending(path: "labels.gz")
      try IDXFile.write(pictures(count: 4, classes: 2), images: images, labels: labels)
      let whole = try Data(contentsOf: images)
      for length in [0, 1, 2, 9, whole.count / 2, whole.count - 1] {
        try whole.prefix(length).write(to: images)
        #expect(throws: DatasetError.self) { try IDXFile.read(images: images, labels: labels) }
      }
      // Pictures where labels should be.
      try whole.write(to: images)
      #expect(throws: DatasetError.self) { try IDXFile.read(images: images, labels: images) }
      #expect(
        throws: DatasetError.missing(
          file: "train-images-idx3-ubyte", directory: directory.path)
      ) { try FashionMNIST(directory: directory) }
    }
  }

  @Test func theGeneratorIsTheSameEverywhere() {
    // Reference values of SplitMix64 for seed 1234567.
    var generator = SeededGenerator(seed: 1_234_567)
    #expect(generator.next() == 6_457_827_717_110_365_317)
    #expect(generator.next() == 3_203_168_211_198_807_973)
    #expect(generator.permutation(of: 50).sorted() == Array(0..<50))
    #expect((0..<1_000).allSatisfy { _ in (0..<7).contains(generator.integer(below: 7)) })
    #expect((0..<1_000).allSatisfy { _ in (0..<1).contains(generator.unit()) })
  }

  @Test func summariesCountDuplicatesAndContradictions() throws {
    let images = pictures(count: 6, classes: 3)
    let doubled = images.selecting([0, 1, 2, 0])
    let contradicting = LabelledImages(pixels: doubled.pixels, labels: [0, 1, 2, 1])
    let summary = try DatasetSummary(contradicting, classCount: 3)
    #expect(summary.classCounts == [1, 2, 1])
    #expect(summary.duplicates == 1)
    #expect(summary.contradictions == 1)
    #expect(try DatasetSummary(images, classCount: 3).duplicates == 0)
    #expect(DatasetSummary.overlap(of: images.selecting([0, 4, 5]), with: doubled) == 1)
  }

  @Test func theHashCoversPixelsAndLabels() {
    let images = pictures(count: 3, classes: 3)
    var labels = images.labels
    labels[0] = 2
    #expect(LabelledImages(pixels: images.pixels, labels: labels).sha256 != images.sha256)
    #expect(images.sha256.count == 64)
  }

  private func pictures(count: Int, classes: Int) -> LabelledImages {
    var generator = SeededGenerator(seed: 1)
    return LabelledImages(
      pixels: (0..<count * 784).map { _ in UInt8(generator.integer(below: 256)) },
      labels: (0..<count).map { UInt8($0 % classes) })
  }

  private func withTemporaryDirectory(_ body: (URL) throws -> Void) throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    try body(directory)
  }
}
