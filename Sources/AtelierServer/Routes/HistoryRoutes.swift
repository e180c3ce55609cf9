import APIKeys
import Classification
import HTTPTypes
import Hummingbird
import Imaging
import Records

/// `GET /predictions` and what belongs to it: the stored predictions, page by page or all at once.
struct HistoryRoutes: Sendable {
  let history: HistoryService

  var endpoints: [Endpoint] {
    [
      Endpoint(
        .get, "/predictions", role: .read, statuses: [200, 401, 403, 422, 429, 503], handler: list),
      Endpoint(
        .get, "/predictions/export", role: .read, statuses: [200, 401, 403, 422, 429, 503],
        handler: export),
      Endpoint(
        .get, "/predictions/{id}", role: .read, statuses: [200, 401, 403, 404, 429, 503]
      ) { request, context in
        .json(PredictionAnswer.stored(try await history.record(id: Self.id(context))))
      },
      Endpoint(
        .get, "/predictions/{id}/image", role: .read, statuses: [200, 401, 403, 404, 429, 503],
        handler: image),
      Endpoint(
        .put, "/predictions/{id}/label", role: .predict,
        statuses: [200, 400, 401, 403, 404, 413, 415, 422, 429, 503], handler: label),
    ]
  }

  private static func id(_ context: ServiceContext) -> String {
    context.parameters.get("id") ?? ""
  }

  @Sendable private func list(
    _ request: Request, _ context: ServiceContext
  ) async throws -> Response {
    let page = try await history.page(
      HistoryParameters(QueryParameters(request), labels: history.labels()))
    return .json([
      "predictions": .array(page.records.map(PredictionAnswer.stored)),
      "next_cursor": page.next.map { .string($0.description) } ?? .null,
    ])
  }

  @Sendable private func image(
    _ request: Request, _ context: ServiceContext
  ) async throws -> Response {
    let picture = try await history.picture(id: Self.id(context))
    return .text(
      PNGEncoder.encode(grey: picture, width: ImageTensor.width, height: ImageTensor.height),
      // A prediction's picture never changes, but not everybody may see it.
      headers: [.contentType: "image/png", .cacheControl: "private, max-age=31536000, immutable"])
  }

  @Sendable private func label(
    _ request: Request, _ context: ServiceContext
  ) async throws -> Response {
    let label = try await TrueLabel(request, labels: history.labels()).label
    let record = try await history.setLabel(label, id: Self.id(context), key: context.key)
    return .json(PredictionAnswer.stored(record))
  }

  @Sendable private func export(
    _ request: Request, _ context: ServiceContext
  ) async throws -> Response {
    let query = QueryParameters(request)
    guard let format = ExportFormat(rawValue: query["format"] ?? ExportFormat.csv.rawValue) else {
      let names = ExportFormat.allCases.map(\.rawValue).joined(separator: " or ")
      throw APIError.invalidParameter("format must be \(names)")
    }
    let filter = try await HistoryParameters(query, labels: history.labels()).filter
    let time = Timestamp.now().filter { $0 != ":" && $0 != "-" }.prefix(15)
    let headers: HTTPFields = [
      .contentType: format.mediaType, .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
      .contentDisposition:
        #"attachment; filename="predictions-\#(time)Z.\#(format.rawValue)""#,
    ]
    let body =
      switch format {
      case .csv: try await csv(filter)
      case .xlsx: try await workbook(filter, context)
      }
    return Response(status: .ok, headers: headers, body: body)
  }

  private func csv(_ filter: PredictionFilter) async throws -> ResponseBody {
    let (first, rest) = try await history.pages(filter)
    return .streamed { writer in
      try await writer.write(ByteBuffer(bytes: PredictionCSV.header))
      var (next, pages) = (first, rest)
      while let records = next {
        try await writer.write(ByteBuffer(bytes: PredictionCSV.rows(records)))
        do throws(RecordsError) {
          next = try await pages.next()
        } catch {
          // The answer has begun: that it is not complete shows in its end being missing.
          throw history.unreadable(error)
        }
      }
      try await writer.finish(nil)
    }
  }

  private func workbook(
    _ filter: PredictionFilter, _ context: ServiceContext
  ) async throws -> ResponseBody {
    let pages = PredictionPages(of: history.store, matching: filter)
    let writing = Task { try await history.exports.workbook(of: pages) }
    let file: TemporaryFile
    do {
      if let connection = history.connections.connection(of: context.channel) {
        file = try await connection.watching(
          { try await writing.value }, onClose: { writing.cancel() })
      } else {
        file = try await writing.value
      }
    } catch let error as RecordsError {
      throw history.unreadable(error)
    } catch is CancellationError {
      throw APIError(.cancelled, picture: [])
    }
    return .streamed(length: file.size) { writer in
      var offset = 0
      while case let piece = try await file.piece(at: offset), piece.readableBytes > 0 {
        offset += piece.readableBytes
        try await writer.write(piece)
      }
      try await writer.finish(nil)
    }
  }
}
