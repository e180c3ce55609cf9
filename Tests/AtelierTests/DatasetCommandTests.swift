import Dataset
import Foundation
import Imaging
import Testing

@Suite struct DatasetCommandTests {
  @Test func theStandardSetIsInspected() async throws {
    let outcome = try await Program.run("dataset", "inspect", "--json")
    #expect(outcome.status == 0)
    let report = try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    let training = try #require(report["training"] as? [String: Any])
    #expect(training["count"] as? Int == 60_000)
    #expect(training["classCounts"] as? [Int] == Array(repeating: 6_000, count: 10))
  }

  @Test func picturesComeBackFromTheirFolders() async throws {
    try await withTemporaryDirectory { directory in
      let whole = try FashionMNIST()
      // In the order of their classes, which is that of the folders.
      let byClass = { (images: LabelledImages, count: Int) in
        images.selecting((0..<count).sorted { (images.labels[$0], $0) < (images.labels[$1], $1) })
      }
      let dataset = FashionMNIST(
        training: byClass(whole.training, 200), test: byClass(whole.test, 100))
      let (idx, pictures, back) = (
        directory.appending(path: "idx"), directory.appending(path: "pictures"),
        directory.appending(path: "back")
      )
      try dataset.write(to: idx)
      let there = try await Program.run("dataset", "convert", idx.path, pictures.path)
      #expect(there.status == 0)
      let files = try FileManager.default.subpathsOfDirectory(atPath: pictures.path)
      #expect(files.count { $0.hasSuffix(".png") } == 300)
      #expect(files.contains { $0.hasPrefix("test/T-shirt_top/") })
      let andBack = try await Program.run("dataset", "convert", pictures.path, back.path)
      #expect(andBack.status == 0)
      let read = try FashionMNIST(directory: back)
      // Folders list names in the order of their characters, so compare what is in them.
      let content = { (images: LabelledImages) in
        Set((0..<images.count).map { [images.labels[$0]] + images.image(at: $0) })
      }
      #expect(content(read.training) == content(dataset.training))
      #expect(content(read.test) == content(dataset.test))
    }
  }

  @Test func saysWhyNothingIsComparedWithTheTestSplit() async throws {
    try await withTemporaryDirectory { directory in
      let images = try FashionMNIST().test
      for (place, name) in ["Hat", "Glove"].enumerated() {
        let folder = directory.appending(path: name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for index in place * 3..<place * 3 + 3 {
          try Data(images.tensor(at: index).pngData())
            .write(to: folder.appending(path: "\(index).png"))
        }
      }
      let outcome = try await Program.run("dataset", "inspect", directory.path)
      #expect(outcome.output.contains("standard test split: the classes are others"))
    }
  }

  @Test func unusableFoldersSayWhatIsWrong() async throws {
    try await withTemporaryDirectory { directory in
      let training = directory.appending(path: "training")
      try FileManager.default.createDirectory(
        at: training.appending(path: "Hat"), withIntermediateDirectories: true)
      let target = directory.appending(path: "out").path
      let unknown = try await Program.run("dataset", "convert", directory.path, target)
      #expect(unknown.status == 1)
      #expect(unknown.errors.contains("Hat"))
      let missing = try await Program.run("dataset", "convert", "/nonexistent", target)
      #expect(missing.status == 1)
      #expect(missing.errors == "Error: there is no file or directory /nonexistent\n")
    }
  }
}
