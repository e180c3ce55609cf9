import Hummingbird
import NIOCore
import Testing

@testable import AtelierServer

@Suite struct MultipartFormTests {
  private func parse(
    _ text: String, boundary: String = "xyz", partLimit: Int = 64
  ) throws(MultipartForm.Failure) -> [(name: String, filename: String?, content: String)] {
    try MultipartForm(ByteBuffer(string: text), boundary: boundary, partLimit: partLimit).parts
      .map { ($0.name, $0.filename, String(buffer: $0.content)) }
  }

  private func part(_ disposition: String, content: String = "content") -> String {
    "--xyz\r\nContent-Disposition: \(disposition)\r\n\r\n\(content)\r\n"
  }

  @Test func findsPartsInOrder() throws {
    let parts = try parse(
      part("form-data; name=\"file\"; filename=\"a.png\"", content: "one\r\n--xy\r\n\r\n")
        + part("form-data; name=note", content: "") + "--xyz--\r\n")
    #expect(parts.map(\.name) == ["file", "note"])
    #expect(parts.map(\.filename) == ["a.png", nil])
    #expect(parts.map(\.content) == ["one\r\n--xy\r\n\r\n", ""])
  }

  @Test func skipsPreambleEpilogueAndBlanksAfterTheBoundary() throws {
    let parts = try parse(
      "preamble\r\n--xyz \t\r\ncontent-disposition:form-data;name=a\r\n\r\nb\r\n--xyz--epilogue")
    #expect(parts.map(\.content) == ["b"])
  }

  @Test func anEmptyFormHasNoParts() throws {
    #expect(try parse("--xyz--").isEmpty)
  }

  @Test(arguments: [
    ("", MultipartForm.Failure.boundaryMissing),
    ("no boundary here", .boundaryMissing),
    ("--xyz", .truncated),
    ("--xyzz\r\n", .truncated),
    ("--xyz\r\nContent-Disposition: form-data; name=a\r\n\r\nnever ends", .truncated),
    ("--xyz\r\nContent-Disposition: form-data; name=a\r\n", .malformedHeader),
    ("--xyz\r\nContent-Type: image/png\r\n\r\nb\r\n--xyz--", .malformedHeader),
    ("--xyz\r\nContent-Disposition: attachment; name=a\r\n\r\nb\r\n--xyz--", .malformedHeader),
    ("--xyz\r\nContent-Disposition: form-data\r\n\r\nb\r\n--xyz--", .malformedHeader),
  ])
  func refusesWhatIsNotAForm(text: String, failure: MultipartForm.Failure) {
    #expect(throws: failure) { try parse(text) }
  }

  @Test func refusesLongHeaders() {
    let long = String(repeating: "x", count: 20_000)
    #expect(throws: MultipartForm.Failure.malformedHeader) {
      try parse(part("form-data; name=\"\(long)\"") + "--xyz--")
    }
  }

  @Test func refusesManyParts() throws {
    let two = part("form-data; name=a") + part("form-data; name=b") + "--xyz--"
    #expect(try parse(two, partLimit: 2).count == 2)
    #expect(throws: MultipartForm.Failure.tooManyParts(limit: 1)) { try parse(two, partLimit: 1) }
  }

  @Test(arguments: [
    ("filename=\"=?utf-8?B?6KGjLnBuZw==?=\"; filename*=utf-8''%E8%A1%A3.png", "衣.png"),
    ("filename*=UTF-8'zh'a%27b%20c.png", "a'b c.png"), ("filename=a; filename*=latin1''%E9", "a"),
    ("filename=a; filename*=utf-8''%FF", "a"), ("filename=a; filename*=b", "a"),
  ])
  func readsNamesThatAreEncoded(parameters: String, filename: String) throws {
    let parts = try parse(part("form-data; name=file; \(parameters)") + "--xyz--")
    #expect(parts.map(\.filename) == [filename])
  }

  @Test func repairsNamesThatAreNotUTF8() throws {
    var body = ByteBuffer(string: "--xyz\r\nContent-Disposition: form-data; name=a; filename=\"")
    body.writeBytes([0xff, 0xfe])
    body.writeString("\"\r\n\r\nb\r\n--xyz--")
    #expect(try MultipartForm(body, boundary: "xyz").parts[0].filename == "\u{FFFD}\u{FFFD}")
  }

  /// Any cut or changed byte of a form gives parts or a failure, never a crash.
  @Test func survivesMutation() {
    let form = Array((part("form-data; name=\"a\"; filename=\"b\"") + "--xyz--\r\n").utf8)
    for index in form.indices {
      _ = try? MultipartForm(ByteBuffer(bytes: form[..<index]), boundary: "xyz")
      for value: UInt8 in [0, 10, 13, 34, 45, 255] {
        var changed = form
        changed[index] = value
        _ = try? MultipartForm(ByteBuffer(bytes: changed), boundary: "xyz")
      }
    }
  }

  @Test func anUploadMayComeInAnyPieces() async throws {
    let long = String(repeating: "x", count: 1_100)
    let parts = [
      part("form-data; name=file; filename=a", content: "one"),
      part("form-data; name=name", content: "连衣裙"), part("form-data; name=long", content: long),
    ]
    for size in [1, 2, 5, 10_000] {
      var rest = ByteBuffer(string: parts.joined() + "--xyz--\r\n")
      let pieces = AsyncStream<ByteBuffer> { stream in
        while let piece = rest.readSlice(length: min(size, rest.readableBytes)),
          piece.readableBytes > 0
        {
          stream.yield(piece)
        }
        stream.finish()
      }
      let spool = try TemporaryFile()
      let (files, fields) = try await BatchUpload.parts(
        of: RequestBody(asyncSequence: pieces), boundary: "xyz", spool: spool, limit: 10_000)
      #expect(files.map(\.count) == [3])
      #expect(try spool.read(at: 0, count: 3) == Array("one".utf8))
      #expect(fields == ["name": "连衣裙", "long": String(long.prefix(1_024))])
    }
  }

  @Test(arguments: [(64, true), (65, false)])
  func anUploadHasFewFieldsBesideItsFiles(count: Int, isRead: Bool) async throws {
    let parts = (0..<count).map { part("form-data; name=field\($0)", content: "x") }
    let body = RequestBody(buffer: ByteBuffer(string: parts.joined() + "--xyz--\r\n"))
    let fields = try? await BatchUpload.parts(
      of: body, boundary: "xyz", spool: TemporaryFile(), limit: 100_000
    ).fields
    #expect((fields?.count == count) == isRead)
  }

  @Test(arguments: [
    ("multipart/form-data; boundary=xyz", "xyz"),
    ("Multipart/Form-Data;charset=utf-8; BOUNDARY=\"a b;c\"", "a b;c"),
    ("multipart/form-data", nil), ("multipart/form-data; boundary=", nil),
    ("multipart/mixed; boundary=xyz", nil), ("application/json", nil),
    ("multipart/form-data; boundary=\(String(repeating: "x", count: 71))", nil),
  ])
  func readsTheBoundary(contentType: String, boundary: String?) {
    #expect(MultipartForm.boundary(ofContentType: contentType) == boundary)
  }

  @Test(arguments: [
    ("boot.png", "boot.png"), ("/etc/passwd", "passwd"), ("..\\..\\a.png", "a.png"),
    ("../..", ""), ("..", ""), ("a\u{0}b\u{202E}gnp.c", "abgnp.c"), ("鞋 👟.png", "鞋 👟.png"),
    (String(repeating: "é", count: 200), String(repeating: "é", count: 127)),
  ])
  func keepsOnlyTheNameOfAFile(name: String, kept: String) {
    #expect(UploadedFileName.sanitized(name) == kept)
  }
}
