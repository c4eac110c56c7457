package io.github.matrixone.spring.boot.test.sandbox.database;

/**
 * A sandbox.
 *
 * @param database its database
 * @param since when it began: nanoseconds since 1970 on the server's clock, or 0 where
 * there is no time to read at
 */
public record OpenSandbox(String database, long since) {

}
