package io.github.matrixone.sample.shop.operations;

import io.github.matrixone.spring.sql.DatabaseName;

/**
 * A database to develop with.
 *
 * @param database the database
 * @param anonymised how many customers of the shop are in it under other names
 * @param testCustomers how many customers were added
 */
public record DevelopmentEnvironment(DatabaseName database, int anonymised, int testCustomers) {

}
