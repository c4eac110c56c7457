/**
 * What all endpoints share: problem details and the form of names.
 */
@NullMarked
package io.github.matrixone.sample.shop.web;

import org.jspecify.annotations.NullMarked;
