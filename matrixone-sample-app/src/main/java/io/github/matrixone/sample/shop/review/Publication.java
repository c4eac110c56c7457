package io.github.matrixone.sample.shop.review;

/**
 * What was published of a review.
 *
 * @param name the name of the review, which is not there any more
 * @param prices how many products have another price now
 */
public record Publication(String name, int prices) {

}
