/** Things handed over one by one to somebody who goes through them: each is put in when the one before was done with. */
export class Feed<T> implements AsyncIterable<T> {
  #put: (given: { readonly one: T } | undefined) => void = () => {}
  #next = this.#promise()

  put(one: T): void {
    this.#put({ one })
  }

  end(): void {
    this.#put(undefined)
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (let given = await this.#next; given; given = await this.#next) {
      this.#next = this.#promise()
      yield given.one
    }
  }

  #promise(): Promise<{ readonly one: T } | undefined> {
    return new Promise((resolve) => {
      this.#put = resolve
    })
  }
}
