import Classification
import Dataset
import Foundation
import Imaging
import Subprocess
import SystemPackage
import Testing

@Suite struct ClassifyCommandTests {
  /// The first test picture: an ankle boot that no engine mistakes.
  static let boot = Result { try FashionMNIST.test().tensor(at: 0).pngData() }

  @Test(arguments: ["pytorch", "torchscript", "onnx", "quantized", "native"])
  func everyEngineKnowsABoot(engine: String) async throws {
    try await withTemporaryDirectory { directory in
      let file = directory.appending(path: "boot.png")
      try Data(Self.boot.get()).write(to: file)
      let outcome = try await Program.run("classify", file.path, "--engine", engine, "--json")
      #expect(outcome.status == 0)
      let line = try #require(
        try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
      #expect(line["class"] as? String == "Ankle boot")
      #expect(line["model"] as? String == EngineKind(rawValue: engine)?.displayName)
      #expect((line["top_k"] as? [Any])?.count == 3)
      #expect((line["confidence"] as? Double ?? 0) > 0.9)
    }
  }

  @Test func standardInputAndDirectoriesAreRead() async throws {
    let piped = try await Program.run(
      "classify", "-", "--top", "1", input: Data(Self.boot.get()))
    #expect(piped.output.hasPrefix("-: Ankle boot"))
    try await withTemporaryDirectory { directory in
      for name in ["b.png", "a.png"] {
        try Data(Self.boot.get()).write(to: directory.appending(path: name))
      }
      let outcome = try await Program.run("classify", directory.path)
      let lines = outcome.output.split(separator: "\n")
      #expect(lines.count == 2)
      #expect(lines.first?.contains("/a.png: Ankle boot") == true)
    }
  }

  /// A pipe gives its bytes once, so nobody may look at them before.
  @Test func pipesAreReadByTheirNames() async throws {
    let outcome = try await Program.run(
      "classify", "/dev/stdin", "--top", "1", input: Data(Self.boot.get()))
    #expect(outcome.status == 0)
    #expect(outcome.output.hasPrefix("/dev/stdin: Ankle boot"))
  }

  @Test func whatIsNotThereKeepsNothingElseFromItsAnswer() async throws {
    try await withTemporaryDirectory { directory in
      let picture = directory.appending(path: "boot.png")
      try Data(Self.boot.get()).write(to: picture)
      let empty = directory.appending(path: "empty")
      try FileManager.default.createDirectory(at: empty, withIntermediateDirectories: false)
      let outcome = try await Program.run(
        "classify", directory.path + "/gone.png", empty.path, directory.path, "--top", "1")
      #expect(outcome.status == 1)
      #expect(outcome.output.hasPrefix("\(picture.path): Ankle boot"))
      #expect(
        outcome.errors == """
          \(directory.path)/gone.png: there is no such file or directory
          \(empty.path): there is no file in the directory

          """)
    }
  }

  @Test func aDirectoryMayBeALink() async throws {
    try await withTemporaryDirectory { directory in
      let pictures = directory.appending(path: "pictures")
      try FileManager.default.createDirectory(at: pictures, withIntermediateDirectories: false)
      try Data(Self.boot.get()).write(to: pictures.appending(path: "boot.png"))
      let link = directory.appending(path: "link").path
      try FileManager.default.createSymbolicLink(
        atPath: link, withDestinationPath: pictures.path)
      let outcome = try await Program.run("classify", link, "--top", "1")
      #expect(outcome.status == 0)
      #expect(outcome.output.hasPrefix("\(link)/boot.png: Ankle boot"))
    }
  }

  @Test(arguments: ["pictures.zip", "pictures.7z", "pictures.tar.zst"])
  func archivesAreReadFromFilesAndFromStandardInput(name: String) async throws {
    try await withTemporaryDirectory { directory in
      try Data(Self.boot.get()).write(to: directory.appending(path: "boot.png"))
      try Data("no picture".utf8).write(to: directory.appending(path: "note.txt"))
      let archive = directory.appending(path: name)
      let packed = try await Subprocess.run(
        .path("/usr/bin/bsdtar"),
        arguments: ["-a", "-cf", archive.path, "-C", directory.path, "boot.png", "note.txt"],
        output: .discarded)
      #expect(packed.terminationStatus.isSuccess)
      for (path, input) in [(archive.path, Data()), ("-", try Data(contentsOf: archive))] {
        let outcome = try await Program.run("classify", path, "--top", "1", input: input)
        #expect(outcome.status == 1)
        #expect(outcome.output.hasPrefix("\(path)/boot.png: Ankle boot"))
        #expect(outcome.errors.hasPrefix("\(path)/note.txt: "))
      }
    }
  }

  @Test func anArchiveWithNothingInItIsSaidToBeEmpty() async throws {
    try await withTemporaryDirectory { directory in
      let archive = directory.appending(path: "empty.zip")
      // The end of a ZIP archive is all that one without entries has.
      try Data([0x50, 0x4B, 5, 6] + [UInt8](repeating: 0, count: 18)).write(to: archive)
      let outcome = try await Program.run("classify", archive.path)
      #expect(outcome.status == 1)
      #expect(outcome.output.isEmpty)
      #expect(outcome.errors == "\(archive.path): there is no file in the archive\n")
    }
  }

  @Test func aBadPictureGetsOneLineAndTheOthersTheirAnswer() async throws {
    try await withTemporaryDirectory { directory in
      var oversized: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
      oversized += [0, 0, 0, 13] + Array("IHDR".utf8) + [0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60]
      oversized += [8, 2, 0, 0, 0, 0x8D, 0x2A, 0x5A, 0x4B]
      let pictures: [(String, [UInt8])] = [
        ("1-empty.png", []),
        ("2-text.png", Array("this is no picture".utf8)),
        ("3-cut.png", Array(try Self.boot.get().prefix(200))),
        ("4-huge.png", oversized),
        ("5-boot.png", try Self.boot.get()),
      ]
      for (name, bytes) in pictures {
        try Data(bytes).write(to: directory.appending(path: name))
      }
      let outcome = try await Program.run("classify", directory.path)
      #expect(outcome.status == 1)
      #expect(outcome.output.split(separator: "\n").count == 1)
      #expect(outcome.output.contains("5-boot.png: Ankle boot"))
      let complaints = outcome.errors.split(separator: "\n")
      #expect(complaints.count == 4)
      for (complaint, picture) in zip(complaints, pictures) {
        #expect(complaint.contains("/\(picture.0): "))
      }
    }
  }

  @Test(arguments: [
    (["classify", "/nonexistent.png"], 1, "/nonexistent.png"),
    (["classify", "x", "--engine", "tensorflow"], 64, "tensorflow"),
    (["classify", "x", "--top", "0"], 64, "--top"),
    (["classify", "/dev/null", "--model", "v999"], 1, "v999"),
    (["classify", "/dev/null", "--store", "/nonexistent"], 1, "/nonexistent"),
    (["classify"], 64, "paths"),
  ])
  func misuseSaysWhatIsWrong(arguments: [String], status: Int, mention: String) async throws {
    let outcome = try await Program.run(arguments)
    #expect(outcome.status == status)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains(mention))
    if status == 1 { #expect(outcome.errors.split(separator: "\n").count == 1) }
  }
}
