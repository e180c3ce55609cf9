import Jobs

/// The part of the document that describes jobs.
enum OpenAPIJobs {
  static let paths: OrderedJSON = [
    "/jobs": ["post": submit, "get": list],
    "/jobs/{id}": ["get": one, "delete": end],
    "/jobs/{id}/events": ["get": events],
    "/jobs/{id}/results": ["get": results],
  ]

  static let tag: OrderedJSON = [
    "name": "Jobs", "description": "Work that takes longer than a request, and survives restarts.",
  ]

  private static let submit = operation(
    "submitJob", "Classify a large upload later.",
    """
    Takes what `POST /predict-batch` takes, and answers once the upload is on the disk. The pictures are \
    classified one upload after the other, by the version that serves now; each is stored once, also when \
    the service is killed and started again meanwhile. Follow the job at `Location`. When the whole archive turns out to be cut \
    short, the job fails, and what came before stays.
    """,
    parameters: ["engine", "top_k", "model", "preprocess"].map(OpenAPIParameters.reference),
    body: OpenAPIBatch.upload,
    answers: [
      (
        202,
        job(
          "The job.", headers: OpenAPIHeaders.all.appending(OpenAPIHeaders.references(["Location"]))
        )
      )
    ], errors: [400, 401, 403, 413, 415, 422, 429, 503, 507])

  private static let list = operation(
    "listJobs", "The jobs, newest first, page by page.",
    """
    A key that may only predict sees its own; one that may read all that classify; an admin's all. There \
    are more while `next_cursor` is not null; send it as `cursor`.
    """,
    parameters: [
      query(
        "state", "Jobs of one state.",
        ["type": "string", "enum": .array(JobState.allCases.map { .string($0.rawValue) })]),
      query("kind", "Jobs of one kind.", ["type": "string", "pattern": "^[a-z0-9-]{1,64}$"]),
      query(
        "limit", "The most jobs of a page.",
        [
          "type": "integer", "minimum": .integer(HistoryParameters.limits.lowerBound),
          "maximum": .integer(HistoryParameters.limits.upperBound),
          "default": .integer(HistoryParameters.defaultLimit),
        ]),
      query(
        "cursor", "The `next_cursor` of the page before.",
        ["type": "string", "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"]),
    ],
    answers: [
      (
        200,
        [
          "description": "The newest jobs.",
          "headers": OpenAPIHeaders.all,
          "content": [
            "application/json": [
              "schema": OpenAPISchemas.reference("JobPage"),
              "example": ["jobs": [example], "next_cursor": .null],
            ]
          ],
        ]
      )
    ], errors: [401, 403, 422, 429, 503])

  private static let one = operation(
    "getJob", "One job.", "Jobs that the key may not see are not there.", parameters: [id],
    answers: [(200, job("The job."))], errors: [401, 403, 404, 429, 503])

  private static let end = operation(
    "endJob", "Cancel a job, or remove it when it is over.",
    """
    A job that waits is cancelled at once (200), one that runs soon (202); what was classified so far \
    stays. One that is over is removed with its results (204). Only the key that asked for the job, or \
    an admin's, may do this.
    """,
    parameters: [id],
    answers: [
      (200, job("It is cancelled.")), (202, job("It will be cancelled.")),
      (204, ["description": "It is removed.", "headers": OpenAPIHeaders.all]),
    ], errors: [401, 403, 404, 429, 503])

  private static let events = operation(
    "watchJob", "What happens to a job, as it happens.",
    """
    Server-sent events (HTML Standard, section 9.2). `state` and the events of the kind of job are kept: \
    they have an `id`, and `Last-Event-ID` goes on after one; their data are `{"time": …, "data": …}`. \
    `progress` is the job as it is now, a few times a second while it changes. `end` is the job when it \
    is over, and the last event; who asks again then gets 204. A stream without it was cut off, or ended \
    after 15 minutes: ask again then, as browsers' `EventSource` does by itself.
    """,
    parameters: [
      id,
      [
        "name": "Last-Event-ID", "in": "header",
        "description": "The last event that you have.",
        "schema": ["type": "string"], "example": "2",
      ],
    ],
    answers: [
      (
        200,
        [
          "description": "The events.",
          "headers": OpenAPIHeaders.all,
          "content": [
            "text/event-stream": [
              "schema": [
                "type": "object",
                "required": ["event", "data"],
                "properties": [
                  "event": ["type": "string"],
                  "id": ["type": "string", "pattern": "^[0-9]+$"],
                  "data": ["type": "string", "description": "JSON."],
                ],
              ],
              "example": [
                "event": .string(JobEvent.stateName), "id": "2",
                "data":
                  #"{"time":"2026-11-24T09:30:00.125Z","data":{"attempt":1,"state":"running"}}"#,
              ],
            ]
          ],
        ]
      ),
      (204, ["description": "There is nothing more.", "headers": OpenAPIHeaders.all]),
    ], errors: [401, 403, 404, 422, 429, 503])

  private static let results = operation(
    "getJobResults", "The results of an upload so far, a line a picture.",
    "In the order of the pictures, as `POST /predict-batch` writes them, but without totals.",
    parameters: [id],
    answers: [
      (
        200,
        [
          "description": "What each picture shows.",
          "headers": OpenAPIHeaders.all,
          "content": [
            "application/x-ndjson": [
              "schema": ["type": "string"],
              "example": .string(
                OpenAPIBatch.success.text + "\n" + OpenAPIBatch.failure.text + "\n"),
            ]
          ],
        ]
      )
    ], errors: [401, 403, 404, 429, 503])

  private static let id: OrderedJSON = [
    "name": "id", "in": "path", "required": true, "description": "The identity of a job.",
    "schema": ["type": "string", "format": "uuid"],
    "example": "01a20c9f-b0ba-75f0-9120-0fab82f70917",
  ]

  private static func query(
    _ name: String, _ description: String, _ schema: OrderedJSON
  ) -> OrderedJSON {
    [
      "name": .string(name), "in": "query", "description": .string(description), "schema": schema,
    ]
  }

  private static func job(
    _ description: String, headers: OrderedJSON = OpenAPIHeaders.all
  ) -> OrderedJSON {
    [
      "description": .string(description),
      "content": [
        "application/json": ["schema": OpenAPISchemas.reference("Job"), "example": example]
      ],
      "headers": headers,
    ]
  }

  private static func operation(
    _ name: String, _ summary: String, _ description: String, parameters: [OrderedJSON],
    body: OrderedJSON? = nil, answers: [(status: Int, value: OrderedJSON)], errors: [Int]
  ) -> OrderedJSON {
    OpenAPIOperation.make(
      name, tag: "Jobs", summary, description, parameters: parameters, body: body,
      answer: answers[0], others: Array(answers.dropFirst()), errors: errors)
  }
}
